// People who have a workflow open: what those of this process say goes to every process, and what any says is kept.
// A word that is lost is made good by the next one, and a process that died is forgotten by time.

import type { Actor, EditorPlace } from '../face.ts'
import { type EditorsWord, readWord, wordOf } from './editors-notice.ts'
import { createRoster, FORGET_MS, type Roster } from './roster.ts'

type HereWord = Extract<EditorsWord, { here: unknown }>
type SavedWord = Extract<EditorsWord, { saved: unknown }>

export interface Editors {
  here(actor: Actor, place: EditorPlace): void
  gone(actor: Actor, connectionId: string): void
  /** A word of any process, this one too; an empty one stands for words that are missing. */
  hear(payload: string): void
  /** Words may have been missed: everybody is asked to repeat theirs. */
  ask(): void
  /** The same, at the first time only: this process may be younger than the people who are there. */
  askOnce(): void
  peopleIn: Roster['peopleIn']
  stop(): void
}

export interface EditorsOptions {
  /** Tells every process, this one too. */
  tell: (payload: string) => void
  onChange: (tenantId: string, workflowId: string) => void
  onSaved: (word: SavedWord) => void
}

/** Creates what one process says and knows. */
export function createEditors({ tell, onChange, onSaved }: EditorsOptions): Editors {
  const roster = createRoster(onChange)
  /** The last word of each line that ends in this process, and when it was said. */
  const own = new Map<string, { word: HereWord; saidAt: number }>()

  let hasAsked = false
  function ask(): void {
    hasAsked = true
    tell(wordOf({ ask: true }))
  }

  /** Not for those who have fallen silent: they would never be forgotten. */
  function repeat(): void {
    const limit = Date.now() - FORGET_MS
    for (const { word, saidAt } of own.values()) if (saidAt > limit) tell(wordOf(word))
  }

  return {
    here: (actor, place) => {
      const word = placed(actor, place, own.get(place.connectionId)?.word)
      own.set(place.connectionId, { word, saidAt: Date.now() })
      tell(wordOf(word))
    },
    gone: ({ tenantId }, connectionId) => {
      const last = own.get(connectionId)?.word
      if (last?.tenantId !== tenantId) return
      own.delete(connectionId)
      tell(wordOf({ tenantId, workflowId: last.workflowId, gone: connectionId }))
    },
    hear: (payload) => {
      const word = readWord(payload)
      if (word === null || 'ask' in word) return repeat()
      if ('saved' in word) return onSaved(word)
      if ('gone' in word) return roster.drop(word.tenantId, word.gone)
      roster.note(word.tenantId, word.workflowId, word.here)
    },
    ask,
    askOnce: () => {
      if (!hasAsked) ask()
    },
    peopleIn: roster.peopleIn,
    stop: roster.stop,
  }
}

/** `since` stays for as long as the person does the same in the same place. */
function placed(
  { tenantId, userId }: Actor,
  { connectionId, name, workflowId, nodeId, typing }: EditorPlace,
  last: HereWord | undefined,
): HereWord {
  const stays =
    last?.workflowId === workflowId && last.here.nodeId === nodeId && last.here.typing === typing
  const since = stays ? last.here.since : new Date().toISOString()
  return { tenantId, workflowId, here: { connectionId, userId, name, nodeId, typing, since } }
}

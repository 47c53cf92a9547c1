// The steps of a run under the acts that caused them, as the list of steps shows them. Pure.

import type { Simulation } from '#machines/contracts/simulation.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'
import type { Plan } from './plan.ts'

export interface ActGroup {
  /** Index of the entry; null for the start. */
  index: number | null
  entry: ScriptEntry | null
  /** Indexes of the steps that it caused. */
  steps: number[]
}

/** All acts in their order; an act that moved nothing has no steps. */
export function groupsOf({ entries }: Plan, { steps }: Simulation): ActGroup[] {
  const groups: ActGroup[] = [
    { index: null, entry: null, steps: [] },
    ...entries.map((entry, index) => ({ index, entry, steps: [] })),
  ]
  for (const [number, { index }] of steps.entries()) {
    groups[index === null ? 0 : index + 1]?.steps.push(number)
  }
  const [start, ...rest] = groups
  // Where an entry began the run there is no start of its own.
  return start && (start.steps.length > 0 || rest.length === 0) ? groups : rest
}

export type ActName =
  | 'start'
  | 'message'
  | 'letter'
  | 'tap'
  | 'place'
  | 'file'
  | 'event'
  | 'skip'
  | 'until'
  | 'window'
  | 'restart'
  | 'take'
  | 'back'
  | 'backTo'
  | 'backEnd'
  | 'fails'
  | 'succeeds'
  | 'several'

export interface ActWords {
  name: ActName
  /** What goes into the sentence. */
  detail: string
}

const MEDIA: ReadonlySet<unknown> = new Set(['image', 'video', 'audio', 'document', 'sticker'])

/** What an entry does, for a sentence of the page. */
export function actWordsOf(entry: ScriptEntry | null): ActWords {
  if (!entry) return { name: 'start', detail: '' }
  const { message, event, skip, at, closeWindow, restart, takeOver, giveBack, result } = entry
  if (message !== undefined) {
    return { name: 'message', detail: typeof message === 'string' ? message : message.text }
  }
  if (event) return eventWordsOf(event)
  if (giveBack) return giveBackWordsOf(giveBack)
  if (result) {
    return 'error' in result
      ? { name: 'fails', detail: result.node }
      : { name: 'succeeds', detail: result.node }
  }
  if (skip !== undefined) return { name: 'skip', detail: skip }
  if (at !== undefined) return { name: 'until', detail: at }
  if (closeWindow) return { name: 'window', detail: '' }
  if (takeOver) return { name: 'take', detail: '' }
  return restart ? { name: 'restart', detail: '' } : { name: 'several', detail: '' }
}

function giveBackWordsOf(to: NonNullable<ScriptEntry['giveBack']>): ActWords {
  if (to.mode === 'state') return { name: 'backTo', detail: to.nodeId }
  return { name: to.mode === 'end' ? 'backEnd' : 'back', detail: '' }
}

function eventWordsOf({ type, payload = {} }: NonNullable<ScriptEntry['event']>): ActWords {
  const { kind, text, content } = payload
  const words = typeof text === 'string' ? text : ''
  if (!type.startsWith('message.received')) return { name: 'event', detail: type }
  if (kind === 'email') {
    const subject: unknown = Object(content)['subject']
    return {
      name: 'letter',
      detail: typeof subject === 'string' && subject !== '' ? subject : words,
    }
  }
  if (kind === 'location') return { name: 'place', detail: words }
  if (MEDIA.has(kind)) return { name: 'file', detail: words }
  const isTap = kind === 'button' || kind === 'button_reply' || kind === 'list_reply'
  return { name: isTap ? 'tap' : 'message', detail: words }
}

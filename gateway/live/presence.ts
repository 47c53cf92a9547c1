// What one page says of where its person is: only in workflows that the page follows, and no more often than the
// others can be told.

import type { Here } from '#machines/contracts/live.ts'
import type { Runtime } from '#runtime/index.ts'
import type { Actor } from '../context.ts'

export interface PresenceOptions {
  live: Pick<Runtime['live'], 'here' | 'gone'>
  actor: Actor
  connectionId: string
  name: string
  /** Who may only look holds nobody's form. */
  mayEdit: boolean
  spacingMs: number
  /** Whether the page hears of the topic by now, which shows that it is the tenant's. */
  isFollowed: (topic: string) => boolean
}

export interface Presence {
  say(here: Here): void
  /** The page follows the topic from now on. */
  followed(topic: string): void
  left(topic: string): void
  close(): void
}

export const editorsTopic = (workflowId: string): string => `editors:${workflowId}`

export function createPresence(options: PresenceOptions): Presence {
  const { live, actor, connectionId, name, mayEdit, spacingMs, isFollowed } = options
  /** Not told yet. */
  let next: Here | null = null
  /** Where the others believe the person to be. */
  let place: string | null = null
  let pause: NodeJS.Timeout | undefined

  function tell(): void {
    if (next === null || pause !== undefined || !isFollowed(editorsTopic(next.workflowId))) return
    const { workflowId, nodeId, typing } = next
    next = null
    place = editorsTopic(workflowId)
    live.here(actor, { connectionId, name, workflowId, nodeId, typing: typing && mayEdit })
    pause = setTimeout(() => {
      pause = undefined
      tell()
    }, spacingMs)
  }

  function leave(): void {
    if (place !== null) live.gone(actor, connectionId)
    place = null
  }

  return {
    say: (here) => {
      next = here
      tell()
    },
    followed: tell,
    left: (topic) => {
      if (next !== null && editorsTopic(next.workflowId) === topic) next = null
      if (topic === place) leave()
    },
    close: () => {
      clearTimeout(pause)
      next = null
      leave()
    },
  }
}

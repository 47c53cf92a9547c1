// What the processes tell each other about people who have a workflow open. It is in no table: who says nothing is gone.

import type { Editor } from '#machines/contracts/live.ts'

interface Room {
  tenantId: string
  workflowId: string
}

/** Payload of CHANNELS.editors. */
export type EditorsWord =
  | (Room & { here: Editor })
  | (Room & { gone: string })
  | (Room & { saved: { revision: number; by: { id: string; name: string } } })
  /** Whoever says it may have missed something. */
  | { ask: true }

/** Longest name and node id, in characters: PostgreSQL carries less than 8000 bytes. */
const MAX_TEXT = 100

/** The word as a payload that fits. */
export function wordOf(word: EditorsWord): string {
  return JSON.stringify(word, (key, value: unknown) =>
    typeof value === 'string' && SHORT.has(key) ? value.slice(0, MAX_TEXT) : value,
  )
}

const SHORT: ReadonlySet<string> = new Set(['name', 'nodeId'])

/** An empty payload stands for words that are missing. */
export function readWord(payload: string): EditorsWord | null {
  return payload === '' ? null : (JSON.parse(payload) as EditorsWord)
}

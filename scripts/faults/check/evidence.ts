// What a check looks at: the history of a run and what the database holds at its end.

import type { HistoryRecord } from '../history.ts'

export interface JournalRow {
  tenantId: string
  contactId: string
  phone: string
  seq: number
  /** Milliseconds since 1970, by the database clock. */
  at: number
  eventId: string
  type: string
  payload: Record<string, unknown>
  effects: { id: string; kind: string; text: string }[]
}

export interface OpenEffect {
  tenantId: string
  effectId: string
  status: string
  /** An earlier effect of its lane is held for a person. */
  isBehindHeld: boolean
}

export interface Dump {
  /** In order of tenant, contact and `seq`. */
  journal: JournalRow[]
  /** Events that were made of an input, by its key. */
  events: Map<string, string[]>
  /** Left in the mailbox; `isHeld` behind or as a parked one. */
  mailbox: { eventId: string; isHeld: boolean; isParked: boolean }[]
  outbox: OpenEffect[]
  deadLetters: { id: string; kind: string; code: string }[]
  /** Timers that are due for more than a second. */
  overdueTimers: number
  /** What each company wants done with sends of which nobody knows. */
  policies: Map<string, 'hold' | 'retry'>
}

/** When a fault could disturb, by the harness's clock; `strike`s last no time. */
export interface Window {
  from: number
  to: number
}

export interface Case {
  history: readonly HistoryRecord[]
  dump: Dump
  windows: readonly Window[]
  /** Longest allowed from the end of a fault to the last effect that it held up. */
  maxDelayMs: number
  /**
   * Phones of contacts with a send that was under way when its sender was cut: nobody may send it again before it is
   * sure that the sender gave up and that no status comes, and what is behind it in its lane waits as well.
   */
  unsure: ReadonlySet<string>
  /** Multiplies the other limits of time. */
  patience: number
  allow: Allowance
}

/** What the fault may leave behind, beyond nothing. */
export interface Allowance {
  /** Sends of which nobody knew: twice at the provider (policy `retry`), or held for a person (policy `hold`). */
  uncertain: boolean
  /** Effects or events in the dead letters. */
  dead: boolean
}

export interface Violation {
  check: 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8' | 'C9' | 'extra'
  message: string
}

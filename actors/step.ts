// The Step: everything that one envelope does to one contact, as a pure value that is committed whole.

import type { Effect } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { RunChange, TimerClear, TimerSet } from '#machines/run/run-state.ts'
import type { ContactState } from './snapshot.ts'

/** Why an envelope moved nothing. */
export type StepNote =
  | 'nobody_waits'
  | 'may_not_start_again'
  | 'run_ended'
  | 'timer_outdated'
  | 'result_outdated'
  | 'status_noted'
  | 'contact_noted'
  | 'nothing_to_skip'
  | 'agent_has_conversation'

export interface JournalEntry {
  seq: number
  /** ISO 8601 instant of the Step by the database clock. */
  at: string
  envelope: Envelope
  runs: RunChange[]
  effects: Effect[]
  note: StepNote | null
}

export interface Step {
  state: ContactState
  effects: Effect[]
  timersSet: TimerSet[]
  timersCleared: TimerClear[]
  runs: RunChange[]
  journal: JournalEntry
}

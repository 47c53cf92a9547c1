// The Step: everything that one envelope does to one contact, as a pure value that is committed whole.

import type { Effect } from '#machines/contracts/effect.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { RunContext } from '#machines/compile/machine.ts'
import type { ContactState } from './snapshot.ts'

export type RunStatus = 'active' | 'done' | 'failed' | 'stopped'

/** What happened to one run in this Step. */
export interface RunChange {
  id: string
  workflowId: string
  versionId: string
  triggerEventId: string
  isNew: boolean
  status: RunStatus
  /** State before; null when the run is new. */
  from: string | null
  /** State after; for an ended run the last one it was in. */
  to: string
  /** States entered, in order. */
  path: string[]
  since: string
  startedAt: string
  finishedAt: string | null
  error: (EffectError & { nodeId: string }) | null
  /** The run's memory; only when it ended, the snapshot holds it until then. */
  context: RunContext | null
}

export interface TimerSet {
  runId: string
  timerId: string
  nodeId: string
  generation: number
  dueAt: string
}

export interface TimerClear {
  runId: string
  timerId: string
}

/** Why an envelope moved nothing. */
export type StepNote =
  | 'nobody_waits'
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

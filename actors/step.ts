// The Step: everything that one envelope does to one contact, as a pure value that is committed whole.

import type { Effect, EffectKind } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { RefusalCode } from '#machines/run/migration-refusal.ts'
import type { RunChange, RunState, TimerClear, TimerSet } from '#machines/run/run-state.ts'
import type { ContactState } from './snapshot.ts'

/** Why an envelope moved nothing, or what it did beside runs. */
export type StepNote =
  | 'nobody_waits'
  | 'may_not_start_again'
  | 'exclusive_group_busy'
  | 'run_ended'
  | 'already_running'
  | 'timer_outdated'
  | 'result_outdated'
  | 'confirmation_noted'
  | 'status_noted'
  | 'media_noted'
  | 'contact_noted'
  | 'message_collected'
  | 'nothing_to_skip'
  | 'no_such_node'
  | 'no_longer_there'
  | 'moved_on'
  | 'nothing_to_give_back'
  | 'agent_has_conversation'
  | 'agent_took_conversation'
  | 'agent_gave_back'
  | 'kept_for_later'
  | 'opted_out'
  | 'opted_in'
  | 'run_not_moved'
  | 'forwarded'
  | 'merged_away'
  | 'taken_over'
  | 'given_back'
  | 'merge_undone'

/** A message that a run wanted to send and the platform did not let it. */
export interface Refusal {
  runId: string
  nodeId: string
  kind: EffectKind
  /** `POLICY_OPTED_OUT`, `POLICY_NO_CONSENT`, `POLICY_NO_CHANNEL` or `POLICY_WINDOW_CLOSED`. */
  code: string
}

/** An envelope for the actor of another contact, put into its mailbox by the transaction that commits the Step (I2). */
export interface Sent {
  envelope: Envelope
  /** It takes the place that the mailbox keeps for it, in front of what came later (I3). */
  isAwaited: boolean
}

/** A merge, or its way back, that reached its end in this Step. */
export interface MergeOutcome {
  mergeId: string
  status: 'merged' | 'undone'
  /** Runs that are this contact's from now on. */
  runIds: string[]
}

/** What became of a run that was to move; the migration's own books are kept by it. */
export interface MigrationOutcome {
  migrationId: string
  runId: string
  status: 'moved' | 'restored' | 'refused' | 'gone'
  code: RefusalCode | null
  /** For the way back: the run before, and its mark afterwards. */
  before: RunState | null
  mark: string | null
}

export interface JournalEntry {
  seq: number
  /** ISO 8601 instant of the Step by the database clock. */
  at: string
  envelope: Envelope
  /** One change for each run that the Step touched. */
  runs: RunChange[]
  effects: Effect[]
  /** Left out where nothing was refused. */
  refused?: Refusal[]
  /** Why a run stayed on its version; left out where none was asked to move. */
  notMoved?: RefusalCode
  note: StepNote | null
}

export interface Step {
  state: ContactState
  effects: Effect[]
  timersSet: TimerSet[]
  timersCleared: TimerClear[]
  runs: RunChange[]
  journal: JournalEntry
  /** What became of a run that was to move to another version. */
  migration?: MigrationOutcome
  /** In order; left out where there is nothing for anybody else. */
  sent?: Sent[]
  merge?: MergeOutcome
}

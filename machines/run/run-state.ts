// What is kept of a run between events, and what one event did to it. Plain JSON.

import type { StateValue } from 'xstate'
import type { Effect, EffectKind } from '../contracts/effect.ts'
import type { EffectError } from '../contracts/event.ts'
import type { CompiledWorkflow } from '../compile/compile.ts'
import type { RunContext } from '../compile/run-context.ts'
import type { JsonObject } from '../contracts/json.ts'

/** A version that runs can follow. */
export interface RunVersion {
  workflowId: string
  versionId: string
  compiled: CompiledWorkflow
}

/** What XState needs to go on with an active run; there are no children, and delays are timers. */
export interface MachineSnapshot {
  value: StateValue
  context: RunContext
  /** Nodes that each history remembers; left out while there are none. */
  history?: Record<string, string[]>
}

export interface ArmedTimer {
  nodeId: string
  generation: number
  /** ISO 8601 instant. */
  dueAt: string
}

export interface RunState {
  id: string
  workflowId: string
  versionId: string
  triggerEventId: string
  startedAt: string
  /** Node that the run is in, and since when; where paths run side by side, the one that was there first. */
  state: string
  since: string
  /** Every node that the run is in: more than one where paths run side by side. */
  states: string[]
  snapshot: MachineSnapshot
  /** Armed timers by timer id. */
  timers: Record<string, ArmedTimer>
  /** Counts armings, so that a late firing of an older arming is told apart. Guarantee I7. */
  generation: number
  /** Messages that are collected until the contact has stopped writing; left out while there are none. */
  burst?: Burst
  /** The run that waits for this one's end, and the effect by which it does; left out at the top. */
  parent?: RunParent
  /** Effects without a result yet, by effect id. */
  effects: Record<string, { nodeId: string; visit: number; kind: EffectKind }>
}

export interface Burst {
  nodeId: string
  /** Event type that the node waits for. */
  type: string
  /** The messages so far, oldest first. */
  payloads: JsonObject[]
}

export interface RunParent {
  runId: string
  effectId: string
}

export type RunStatus = 'active' | 'done' | 'failed' | 'stopped'

/** What happened to one run. */
export interface RunChange {
  id: string
  workflowId: string
  versionId: string
  /** The version that it was on before; left out where it stayed on its own. */
  fromVersionId?: string
  triggerEventId: string
  isNew: boolean
  status: RunStatus
  /** State before; null when the run is new. */
  from: string | null
  /** State after; for an ended run the last one it was in. */
  to: string
  /** Every state it was in before; none when the run is new. */
  fromStates: string[]
  /** Every state it is in now; none when it has ended. */
  toStates: string[]
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

export interface RunOutcome {
  /** Null when the run is over. */
  run: RunState | null
  change: RunChange
  effects: Effect[]
  timersSet: TimerSet[]
  timersCleared: TimerClear[]
  /** True when a message was only collected, to be acted on once the contact has stopped writing. */
  collected?: true
}

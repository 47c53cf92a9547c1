// The draft of a Step while its envelope is worked on, and the Step that comes of it.

import type { Moment } from '#machines/compile/machine.ts'
import type { Effect } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { RunChange, RunState, TimerClear, TimerSet } from '#machines/run/run-state.ts'
import type { Library } from './library.ts'
import type { ContactState } from './snapshot.ts'
import type { MergeOutcome, MigrationOutcome, Refusal, Sent, Step, StepNote } from './step.ts'

export interface Draft {
  /** The runs as they were when the envelope came. */
  readonly runsBefore: readonly RunState[]
  readonly moment: Moment
  readonly library: Library
  /** The envelope of the Step. */
  readonly envelope: Envelope
  state: ContactState
  effects: Effect[]
  changes: RunChange[]
  refused: Refusal[]
  /** What the actor itself has to do next for its runs, in order. */
  followUps: FollowUp[]
  /** How many of them each run has had. */
  followed: Map<string, number>
  /** What became of a run that was to move to another version. */
  migration?: MigrationOutcome
  /** For actors of other contacts, in order. */
  sent?: Sent[]
  /** A merge or its way back that ends here. */
  merge?: MergeOutcome
}

/** Something that a run asked for and that is settled inside the Step. */
export type FollowUp = { runId: string; effectId: string } & (
  | { type: 'effect.done'; output: Json }
  | { type: 'effect.failed'; error: EffectError }
  | { type: 'subflow.start'; effect: Effect }
)

export function createDraft(
  state: ContactState,
  envelope: Envelope,
  { now, library }: { now: string; library: Library },
): Draft {
  return {
    runsBefore: state.runs,
    moment: { contact: state.contact, at: now, zone: library.zone },
    library,
    envelope,
    state: { ...state, seq: state.seq + 1 },
    effects: [],
    changes: [],
    refused: [],
    followUps: [],
    followed: new Map(),
  }
}

export function stepOf(draft: Draft, note: StepNote | null): Step {
  const { state, effects, refused, envelope, moment, migration, sent, merge } = draft
  const runs = mergeChanges(draft.changes)
  const journal = {
    seq: state.seq,
    at: moment.at,
    envelope,
    runs,
    effects,
    ...(refused.length > 0 && { refused }),
    ...(migration?.code && { notMoved: migration.code }),
    note,
  }
  return {
    state,
    effects,
    ...timerChanges(draft.runsBefore, state.runs),
    runs,
    journal,
    ...(migration && { migration }),
    ...(sent && { sent }),
    ...(merge && { merge }),
  }
}

/** A run that one Step moves several times changed once: from where it was to where it is. */
function mergeChanges(changes: readonly RunChange[]): RunChange[] {
  if (changes.length < 2) return [...changes]
  const merged = new Map<string, RunChange>()
  for (const change of changes) {
    const first = merged.get(change.id)
    merged.set(change.id, first ? join(first, change) : change)
  }
  return [...merged.values()]
}

function join(first: RunChange, last: RunChange): RunChange {
  const { isNew, from, fromStates, path, fromVersionId } = first
  const moved = fromVersionId === undefined ? {} : { fromVersionId }
  return { ...last, ...moved, isNew, from, fromStates, path: [...path, ...last.path] }
}

/** I7: a timer that a Step sets and clears again was never there. */
function timerChanges(
  before: readonly RunState[],
  after: readonly RunState[],
): { timersSet: TimerSet[]; timersCleared: TimerClear[] } {
  if (!before.some(hasTimers) && !after.some(hasTimers)) {
    return { timersSet: [], timersCleared: [] }
  }
  const then = new Map(before.map((run) => [run.id, run.timers]))
  const now = new Map(after.map((run) => [run.id, run.timers]))
  const timersSet = after.flatMap(({ id: runId, timers }) =>
    Object.entries(timers)
      .filter(([timerId, { generation }]) => then.get(runId)?.[timerId]?.generation !== generation)
      .map(([timerId, timer]) => ({ runId, timerId, ...timer })),
  )
  const timersCleared = before.flatMap(({ id: runId, timers }) =>
    Object.keys(timers)
      .filter((timerId) => !Object.hasOwn(now.get(runId) ?? {}, timerId))
      .map((timerId) => ({ runId, timerId })),
  )
  return { timersSet, timersCleared }
}

function hasTimers({ timers }: RunState): boolean {
  for (const _ in timers) return true
  return false
}

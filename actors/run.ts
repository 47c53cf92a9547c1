// One version's machine running for one contact: start it, advance it by one event, stop it. Keeps I4.

import { initialTransition, transition } from 'xstate'
import type { Effect } from '#machines/contracts/effect.ts'
import { END, FAILED } from '#machines/compile/resolve.ts'
import { timerIdOf } from '#machines/compile/lower.ts'
import type { CommandParams, EnteredParams, Moment, RunEvent } from '#machines/compile/machine.ts'
import type { LibraryVersion } from './library.ts'
import type { MachineSnapshot, RunState } from './snapshot.ts'
import type { RunChange, RunStatus, TimerClear, TimerSet } from './step.ts'
import { type ActionData, applyDelays, clearTimers } from './timers.ts'

export interface RunOutcome {
  /** Null when the run is over. */
  run: RunState | null
  change: RunChange
  effects: Effect[]
  timersSet: TimerSet[]
  timersCleared: TimerClear[]
}

/**
 * Starts a run.
 * @param start.id `run_…`, a function of the envelope, so that a repeated Step repeats it
 * @param start.payload what `$.payload` reads
 */
export function startRun(
  version: LibraryVersion,
  start: { id: string; triggerEventId: string; payload: RunEvent['payload'] },
  moment: Moment,
): RunOutcome {
  const { machine } = version.compiled
  const before: RunState = {
    id: start.id,
    workflowId: version.workflowId,
    versionId: version.versionId,
    triggerEventId: start.triggerEventId,
    startedAt: moment.at,
    state: '',
    since: moment.at,
    snapshot: null as unknown as MachineSnapshot,
    timers: {},
    generation: 0,
    effects: {},
  }
  return attempt(before, version, moment, () =>
    initialTransition(machine, { ...moment, payload: start.payload ?? {} }),
  )
}

/** Gives one event to a run's machine. The outcome's change has an empty path when nothing moved. */
export function advanceRun(run: RunState, version: LibraryVersion, event: RunEvent): RunOutcome {
  const { machine } = version.compiled
  return attempt(run, version, event, () =>
    transition(machine, machine.restoreSnapshot(run.snapshot as never, undefined as never), event),
  )
}

/** Ends a run from outside. */
export function stopRun(run: RunState, at: string): RunOutcome {
  return {
    run: null,
    change: changeOf(run, run, { status: 'stopped', path: [], at }),
    effects: [],
    timersSet: [],
    timersCleared: clearTimers(run),
  }
}

/** True when the machine would take a transition for this event. */
export function canAdvance(run: RunState, version: LibraryVersion, event: RunEvent): boolean {
  const { machine } = version.compiled
  return machine.restoreSnapshot(run.snapshot as never, undefined as never).can(event)
}

type Transitioned = readonly [unknown, readonly ActionData[]]

function attempt(
  before: RunState,
  version: LibraryVersion,
  moment: Moment,
  perform: () => Transitioned,
): RunOutcome {
  let next: Transitioned
  try {
    next = perform()
  } catch (error) {
    if (isEndlessLoop(error)) return failRun(before, moment.at)
    throw error
  }
  const [snapshot, actions] = next
  return outcomeOf(before, version, { snapshot, actions, at: moment.at })
}

function outcomeOf(
  before: RunState,
  version: LibraryVersion,
  next: { snapshot: unknown; actions: readonly ActionData[]; at: string },
): RunOutcome {
  const snapshot = version.compiled.machine.getPersistedSnapshot(next.snapshot as never) as never as MachineSnapshot
  const path = enteredStates(next.actions)
  const delays = applyDelays(before, next.actions, { now: next.at, nodeOf: nodeOfTimer(version) })
  const effects = effectsOf(before.id, next.actions)
  const last = path.findLast((state) => state !== END && state !== FAILED)
  const after: RunState = {
    ...before,
    state: last ?? before.state,
    since: path.length > 0 ? next.at : before.since,
    snapshot,
    timers: delays.timers,
    generation: delays.generation,
    effects: pendingEffects(before, path, effects),
  }
  const status = statusOf(snapshot, path)
  return {
    run: status === 'active' ? after : null,
    change: changeOf(before, after, { status, path, at: next.at }),
    effects,
    timersSet: status === 'active' ? delays.set : [],
    timersCleared: status === 'active' ? delays.cleared : clearTimers(before),
  }
}

function statusOf(snapshot: MachineSnapshot, path: string[]): RunStatus {
  if (snapshot.status !== 'done') return 'active'
  return path.includes(FAILED) ? 'failed' : 'done'
}

function enteredStates(actions: readonly ActionData[]): string[] {
  return actions
    .filter((action) => action.type === 'entered')
    .map((action) => (action.params as EnteredParams).node)
}

/** I4: the id is a function of (run, node visit), so a repeated Step repeats it. */
function effectsOf(runId: string, actions: readonly ActionData[]): Effect[] {
  return actions
    .filter((action) => action.type === 'command')
    .map((action) => {
      const { node, visit, command } = action.params as CommandParams
      return { id: `eff_${runId.slice('run_'.length)}_${visit}`, runId, nodeId: node, visit, command }
    })
}

/** A run that moved on no longer waits for what it left behind. */
function pendingEffects(before: RunState, path: string[], effects: Effect[]): RunState['effects'] {
  if (path.length === 0) return before.effects
  return Object.fromEntries(
    effects.map((effect) => [
      effect.id,
      { nodeId: effect.nodeId, visit: effect.visit, kind: effect.command.kind },
    ]),
  )
}

function nodeOfTimer(version: LibraryVersion): (timerId: string) => string {
  return (timerId) => {
    for (const nodeId of version.compiled.waits.keys()) if (timerIdOf(nodeId) === timerId) return nodeId
    return timerId
  }
}

function changeOf(
  before: RunState,
  after: RunState,
  how: { status: RunStatus; path: string[]; at: string },
): RunChange {
  const ended = how.status !== 'active'
  return {
    id: before.id,
    workflowId: before.workflowId,
    versionId: before.versionId,
    triggerEventId: before.triggerEventId,
    isNew: before.state === '',
    status: how.status,
    from: before.state === '' ? null : before.state,
    to: after.state,
    path: how.path,
    since: after.since,
    startedAt: before.startedAt,
    finishedAt: ended ? how.at : null,
    error: ended ? (after.snapshot?.context?.error ?? null) : null,
    context: ended ? (after.snapshot?.context ?? null) : null,
  }
}

function failRun(before: RunState, at: string): RunOutcome {
  const outcome = stopRun(before, at)
  const error = { code: 'RUN_MICROSTEPS', message: 'The run took too many steps for one event', nodeId: before.state }
  return { ...outcome, change: { ...outcome.change, status: 'failed', path: [FAILED], error } }
}

function isEndlessLoop(error: unknown): boolean {
  return error instanceof Error && /infinite loop/i.test(error.message)
}

// One version's machine running for one contact: start it, advance it by one event, stop it. Keeps I4.

import type { StateValue } from 'xstate'
import type {
  CommandParams,
  EnteredParams,
  Moment,
  RunContext,
  RunEvent,
  RunMachine,
} from '../compile/machine.ts'
import { END, FAILED } from '../compile/resolve.ts'
import type { Effect } from '../contracts/effect.ts'
import { ERROR_CODES } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import {
  appliesAfterBurst,
  burstEvent,
  collect,
  collectorOf,
  endsBurst,
  withoutBurst,
  withoutLeftBurst,
} from './burst.ts'
import { initialTransition, type Transitioned, transition } from './pure-transition.ts'
import { interruptEvent } from './interrupts.ts'
import { mergeOutcomes } from './merge-outcomes.ts'
import type {
  MachineSnapshot,
  RunChange,
  RunOutcome,
  RunParent,
  RunState,
  RunStatus,
  RunVersion,
} from './run-state.ts'
import { type ActionData, applyDelays, clearTimers } from './timers.ts'

/**
 * Starts a run.
 * @param start.id `run_…`, a function of the envelope, so that a repeated Step repeats it
 * @param start.payload what `$.payload` reads
 * @param start.source where the event that starts it came from, `$.source`
 * @param start.parent the run that waits for this one's end
 */
export function startRun(
  version: RunVersion,
  start: {
    id: string
    triggerEventId: string
    payload: JsonObject
    source?: string
    parent?: RunParent
  },
  moment: Moment,
): RunOutcome {
  const { machine } = version.compiled
  const before: RunBefore = {
    id: start.id,
    workflowId: version.workflowId,
    versionId: version.versionId,
    triggerEventId: start.triggerEventId,
    startedAt: moment.at,
    state: '',
    states: [],
    since: moment.at,
    snapshot: null,
    timers: {},
    generation: 0,
    effects: {},
    ...(start.parent && { parent: start.parent }),
  }
  return attempt(before, moment.at, () =>
    initialTransition(machine, { ...moment, payload: start.payload, source: start.source }),
  )
}

/**
 * Gives one event to a run. The outcome's change has an empty path when nothing moved.
 *
 * A message that a node collects (`quiet`) is kept and told as `collected`. What was collected is acted on by its own
 * timer, and before any time-out or interrupt.
 */
export function advanceRun(run: RunState, version: RunVersion, event: RunEvent): RunOutcome {
  const node = collectorOf(run, version.compiled, event.type)
  if (node) return collect(run, node, event)
  if (!run.burst || !endsBurst(event.type)) return step(run, version, event)
  const first = applyBurst(run, version, event)
  if (!first.run || !appliesAfterBurst(first.run, event.type)) return first
  return mergeOutcomes(first, advanceRun(first.run, version, event))
}

/**
 * Leads a run into an interrupt of its version.
 * @param event what leads there, with its payload
 */
export function interruptRun(
  run: RunState,
  version: RunVersion,
  { interruptId, event }: { interruptId: string; event: RunEvent },
): RunOutcome {
  const before = run.burst ? applyBurst(run, version, event) : null
  if (before && !before.run) return before
  const now = before?.run ?? run
  const outcome = step(now, version, interruptEvent(now, interruptId, event))
  return before ? mergeOutcomes(before, outcome) : outcome
}

/**
 * Moves a run to a node from wherever it is: it leaves everything else and enters the node as if a path had led there,
 * with its variables and results.
 * @throws {Error} when the version has no such node
 */
export function moveRun(
  run: RunState,
  version: RunVersion,
  { nodeId, moment }: { nodeId: string; moment: Moment },
): RunOutcome {
  const { suspended: _suspended, ...memory } = run.snapshot.context
  const context = { ...memory, awaiting: {} }
  const machine = version.compiled.machineAt(nodeId)
  const left: RunBefore = { ...withoutBurst(run).run, timers: {}, effects: {} }
  const outcome = attempt(left, moment.at, () =>
    initialTransition(machine, { ...moment, payload: context.payload, context }),
  )
  const isArmed = (timerId: string) => outcome.run && Object.hasOwn(outcome.run.timers, timerId)
  const cleared = clearTimers(run).filter(({ timerId }) => !isArmed(timerId))
  return { ...withHistory(outcome, run), timersCleared: cleared }
}

/** What groups remember of before outlives a move. */
function withHistory(outcome: RunOutcome, { snapshot: { history } }: RunState): RunOutcome {
  if (!outcome.run || !history) return outcome
  const { snapshot } = outcome.run
  const kept = { ...history, ...snapshot.history }
  return { ...outcome, run: { ...outcome.run, snapshot: { ...snapshot, history: kept } } }
}

function step(run: RunState, version: RunVersion, event: RunEvent): RunOutcome {
  const { machine } = version.compiled
  const outcome = attempt(run, event.at, () =>
    transition(machine, restore(machine, run.snapshot), event),
  )
  return run.burst ? withoutLeftBurst(outcome) : outcome
}

function applyBurst(run: RunState, version: RunVersion, event: RunEvent): RunOutcome {
  if (!run.burst) return step(run, version, event)
  const { run: before, cleared } = withoutBurst(run)
  const outcome = step(before, version, burstEvent(run.burst, event))
  return { ...outcome, timersCleared: [...outcome.timersCleared, ...cleared] }
}

/** Ends a run from outside. */
export function stopRun(run: RunState, at: string): RunOutcome {
  return ended(run, changeOf(run, run, { status: 'stopped', path: [], at }))
}

/** A run before a Step; a new one has no snapshot. */
type RunBefore = Omit<RunState, 'snapshot'> & { snapshot: MachineSnapshot | null }

function attempt(before: RunBefore, at: string, perform: () => Transitioned): RunOutcome {
  try {
    const transitioned = perform()
    const [{ status, error }] = transitioned
    // A first transition does not throw: XState hands the error out as a status.
    if (status === 'error') throw error
    if (restsInJump(transitioned)) return failRun(before, at)
    return outcomeOf(before, at, transitioned)
  } catch (error) {
    if (isEndlessLoop(error)) return failRun(before, at)
    throw error
  }
}

/** XState rests where a jump leads to the very states that it came from: an endless loop that nobody would see. */
function restsInJump([{ _nodes: nodes, status }]: Transitioned): boolean {
  if (status !== 'active') return false
  return nodes.some(({ type, always = [] }) => type === 'atomic' && always.length > 0)
}

function outcomeOf(
  before: RunBefore,
  at: string,
  [{ value, context, historyValue, status: machineStatus }, actions]: Transitioned,
): RunOutcome {
  const path = enteredStates(actions)
  const delays = applyDelays(before, actions, at)
  const effects = effectsOf(before.id, actions)
  const states = activeStates(value)
  const state = mainState(before, states, path)
  const after: RunState = {
    ...before,
    state,
    states,
    since: state !== before.state || path.includes(state) ? at : before.since,
    snapshot: { value, context, ...historyOf(historyValue) },
    timers: delays.timers,
    generation: delays.generation,
    effects: pendingEffects(before.effects, effects, { states, context }),
  }
  const status = statusOf(machineStatus, path)
  const change = changeOf(before, after, { status, path, at })
  return status === 'active'
    ? { run: after, change, effects, timersSet: delays.set, timersCleared: delays.cleared }
    : { run: null, change, effects, timersSet: [], timersCleared: clearTimers(before) }
}

type MachineHistory = Transitioned[0]['historyValue']

function historyOf(historyValue: MachineHistory): Pick<MachineSnapshot, 'history'> {
  const entries = Object.entries(historyValue)
  if (entries.length === 0) return {}
  return {
    history: Object.fromEntries(entries.map(([key, nodes]) => [key, nodes.map(({ id }) => id)])),
  }
}

function restore(machine: RunMachine, { value, context, history = {} }: MachineSnapshot) {
  const historyValue = Object.fromEntries(
    Object.entries(history).map(([key, ids]) => [
      key,
      ids.map((id) => machine.getStateNodeById(id)),
    ]),
  )
  return machine.resolveState({ value, context, historyValue })
}

function statusOf(machineStatus: string, path: string[]): RunStatus {
  if (machineStatus !== 'done') return 'active'
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
      return {
        id: `eff_${runId.slice('run_'.length)}_${visit}`,
        runId,
        nodeId: node,
        visit,
        command,
      }
    })
}

/** Nodes at the tips of the state value; what the compiler adds has a colon or `$` in its name. */
export function activeStates(value: StateValue): string[] {
  const tips = typeof value === 'string' ? [value] : Object.values(value).flatMap(tipsOf)
  return tips.filter((state) => !/[:$]/.test(state))
}

function tipsOf(value: StateValue | undefined): string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(tipsOf)
}

/** The same state as before while the run is still in it, so that one path of several stays the main one. */
function mainState(before: RunBefore, states: string[], path: string[]): string {
  if (states.includes(before.state)) return before.state
  return states[0] ?? path.findLast((state) => state !== END && state !== FAILED) ?? before.state
}

/** A run no longer waits for the effects of nodes that it has left, unless it will return to them and has no result yet. */
function pendingEffects(
  before: RunState['effects'],
  effects: readonly Effect[],
  { states, context }: { states: readonly string[]; context: RunContext },
): RunState['effects'] {
  const { awaiting, suspended } = context
  const left = suspended ?? []
  const isAwaited = ({ nodeId, visit }: { nodeId: string; visit: number }): boolean =>
    awaiting[nodeId] === visit &&
    (states.includes(nodeId) || left.some(({ nodes }) => nodes.includes(nodeId))) &&
    !left.some(({ results }) => Object.hasOwn(results, nodeId))
  // Every id is new: an object with a prototype would be given a shape of its own each time.
  const pending = Object.create(null) as RunState['effects']
  for (const [id, effect] of Object.entries(before)) if (isAwaited(effect)) pending[id] = effect
  for (const effect of effects) {
    const { id, nodeId, visit, command } = effect
    if (isAwaited(effect)) pending[id] = { nodeId, visit, kind: command.kind }
  }
  return pending
}

function changeOf(
  before: RunBefore,
  after: RunBefore,
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
    fromStates: before.states,
    toStates: ended ? [] : after.states,
    path: how.path,
    since: after.since,
    startedAt: before.startedAt,
    finishedAt: ended ? how.at : null,
    error: ended ? (after.snapshot?.context.error ?? null) : null,
    context: ended ? (after.snapshot?.context ?? null) : null,
  }
}

function failRun(before: RunBefore, at: string): RunOutcome {
  const { message } = ERROR_CODES.RUN_MICROSTEPS
  const error = { code: 'RUN_MICROSTEPS', message, nodeId: before.state }
  const change = changeOf(before, before, { status: 'failed', path: [FAILED], at })
  return { ...ended(before, change), change: { ...change, error } }
}

function ended(run: RunBefore, change: RunChange): RunOutcome {
  return { run: null, change, effects: [], timersSet: [], timersCleared: clearTimers(run) }
}

function isEndlessLoop(error: unknown): boolean {
  return error instanceof Error && /infinite loop/i.test(error.message)
}

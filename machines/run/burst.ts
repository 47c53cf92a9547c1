// Bursts: people write one thought in several messages. A node with a quiet time collects them and acts on all at once.

import type { CompiledWorkflow } from '../compile/compile.ts'
import type { RunEvent } from '../compile/run-context.ts'
import type { JsonObject } from '../contracts/json.ts'
import { millisecondsUntil } from '../expression/duration.ts'
import type { Burst, RunChange, RunOutcome, RunState, TimerClear } from './run-state.ts'

/** More than this many messages are not waited for. */
const MAX_MESSAGES = 50

interface Collector {
  nodeId: string
  /** ISO 8601 duration. */
  quiet: string
}

/** The node that collects such events, or null; one that has collected enough lets the next one through. */
export function collectorOf(
  { states, burst }: RunState,
  { waits }: CompiledWorkflow,
  type: string,
): Collector | null {
  if ((burst?.payloads.length ?? 0) >= MAX_MESSAGES) return null
  for (const nodeId of states) {
    const { quiet = null, collects = [] } = waits.get(nodeId) ?? {}
    if (quiet !== null && collects.includes(type)) return { nodeId, quiet }
  }
  return null
}

/** Keeps a message and waits anew for silence. Nothing else changes. */
export function collect(
  run: RunState,
  { nodeId, quiet }: Collector,
  { type, payload = {}, at, zone }: RunEvent,
): RunOutcome {
  const nothing = { change: unchanged(run), effects: [], timersCleared: [] }
  if (run.burst && isAmong(run.burst.payloads, payload)) {
    return { ...nothing, run, timersSet: [], collected: true }
  }
  const generation = run.generation + 1
  const timerId = quietTimerOf(nodeId)
  const dueAt = new Date(Date.parse(at) + millisecondsUntil(quiet, at, zone)).toISOString()
  const timer = { nodeId, generation, dueAt }
  const burst: Burst = { nodeId, type, payloads: [...(run.burst?.payloads ?? []), payload] }
  return {
    ...nothing,
    run: { ...run, burst, generation, timers: { ...run.timers, [timerId]: timer } },
    timersSet: [{ runId: run.id, timerId, ...timer }],
    collected: true,
  }
}

/** The same message again is no further one. */
function isAmong(payloads: readonly JsonObject[], { messageId }: JsonObject): boolean {
  return messageId !== undefined && payloads.some((each) => each['messageId'] === messageId)
}

/** True for what comes after the collected messages: silence, a time-out, or one message too many. */
export function endsBurst(type: string): boolean {
  return isQuietTimer(type) || type.startsWith('xstate.after.') || type.startsWith('message.')
}

/** True when the event still concerns the run after its burst was acted on. */
export function appliesAfterBurst({ timers }: RunState, type: string): boolean {
  return !isQuietTimer(type) && (Object.hasOwn(timers, type) || type.startsWith('message.'))
}

/** All collected messages as one event: the first one, with the words of all. */
export function burstEvent({ type, payloads }: Burst, { contact, at, zone }: RunEvent): RunEvent {
  const text = payloads.flatMap(({ text: words }) =>
    typeof words === 'string' && words !== '' ? [words] : [],
  )
  const payload: JsonObject = { ...payloads[0], text: text.join('\n'), messages: payloads }
  return { contact, at, zone, type, payload }
}

/** The run without its burst, and the timer that it no longer needs. */
export function withoutBurst(run: RunState): { run: RunState; cleared: TimerClear[] } {
  const { burst, ...rest } = run
  if (!burst) return { run, cleared: [] }
  const timerId = quietTimerOf(burst.nodeId)
  const { [timerId]: timer, ...timers } = run.timers
  return { run: { ...rest, timers }, cleared: timer ? [{ runId: run.id, timerId }] : [] }
}

/** What was collected is meant for this visit of its node: left by another way, it is over. */
export function withoutLeftBurst(outcome: RunOutcome): RunOutcome {
  const { run, change } = outcome
  if (!run?.burst) return outcome
  const { nodeId } = run.burst
  if (run.states.includes(nodeId) && !change.path.includes(nodeId)) return outcome
  const left = withoutBurst(run)
  return {
    ...outcome,
    run: left.run,
    timersCleared: [...outcome.timersCleared, ...left.cleared],
  }
}

function unchanged(run: RunState): RunChange {
  return {
    id: run.id,
    workflowId: run.workflowId,
    versionId: run.versionId,
    triggerEventId: run.triggerEventId,
    isNew: false,
    status: 'active',
    from: run.state,
    to: run.state,
    fromStates: run.states,
    toStates: run.states,
    path: [],
    since: run.since,
    startedAt: run.startedAt,
    finishedAt: null,
    error: null,
    context: null,
  }
}

function quietTimerOf(nodeId: string): string {
  return `quiet:${nodeId}`
}

function isQuietTimer(type: string): boolean {
  return type.startsWith('quiet:')
}

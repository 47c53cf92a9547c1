// The contact actor: receive(state, envelope, now) gives a Step. The only station with business meaning.
// Pure: the same arguments give the same Step (I2, I4). Knows nothing of databases, clocks or sockets.

import type {
  RunChange,
  RunOutcome,
  RunState,
  RunVersion,
  TimerClear,
  TimerSet,
} from '#machines/run/run-state.ts'
import { advanceRun, startRun, stopRun } from '#machines/run/run.ts'
import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { Effect } from '#machines/contracts/effect.ts'
import type {
  EffectDonePayload,
  EffectFailedPayload,
  OperatorActedPayload,
  TimerFiredPayload,
} from '#machines/contracts/event.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Moment, RunEvent } from '#machines/compile/machine.ts'
import { type Library, versionsTriggeredBy } from './library.ts'
import { mayStart } from './reentry.ts'
import { awaitedType, isExclusive, machineEventTypes } from './route.ts'
import { type ContactState, createContactState } from './snapshot.ts'
import type { Step, StepNote } from './step.ts'

/** The draft of a Step while the envelope is worked on. */
interface Draft {
  state: ContactState
  moment: Moment
  envelope: Envelope
  library: Library
  effects: Effect[]
  timersSet: TimerSet[]
  timersCleared: TimerClear[]
  changes: RunChange[]
}

/**
 * What one envelope does to one contact.
 * @param before the contact's state, or null when no envelope has reached it yet
 * @param envelope the event; its `contact` facts, when given, replace what was known
 * @param context.now ISO 8601 instant of the Step by the database clock
 * @param context.library the tenant's workflows
 * @throws {FluxoError} SNAPSHOT_VERSION when a run's version is not in the library
 */
export function receive(
  before: ContactState | null,
  envelope: Envelope,
  context: { now: string; library: Library },
): Step {
  const state = withFacts(before ?? createContactState(), envelope)
  const draft: Draft = {
    state: { ...state, seq: state.seq + 1 },
    moment: { contact: state.contact, at: context.now, zone: context.library.zone },
    envelope,
    library: context.library,
    effects: [],
    timersSet: [],
    timersCleared: [],
    changes: [],
  }
  const note = route(draft)
  return stepOf(draft, note)
}

function route(draft: Draft): StepNote | null {
  switch (draft.envelope.type) {
    case 'effect.done':
    case 'effect.failed':
      return routeResult(draft)
    case 'timer.fired':
      return routeTimer(draft)
    case 'operator.acted':
      return routeOperator(draft)
    case 'message.status':
      return 'status_noted'
    case 'contact.updated':
      return 'contact_noted'
    default:
      return routeEvent(draft)
  }
}

/** Messages and lead events: the waiting run or runs, then the triggers. */
function routeEvent(draft: Draft): StepNote | null {
  const { envelope, state, library } = draft
  if (envelope.type === 'message.received') noteInbound(draft)
  if (isExclusive(envelope) && state.handover === 'agent') return 'agent_has_conversation'
  const types = machineEventTypes(envelope)
  const waiting = state.runs.flatMap((run) => {
    const type = awaitedType(run, versionOf(library, run).compiled, types)
    return type === null ? [] : [{ run, type }]
  })
  for (const { run, type } of isExclusive(envelope) ? waiting.slice(0, 1) : waiting) {
    advance(draft, run, { ...draft.moment, type, payload: envelope.payload })
  }
  if (isExclusive(envelope) && waiting.length > 0) return null
  const triggered = versionsTriggeredBy(library, envelope)
  const allowed = triggered.filter((version) => mayStart(draft.state, version, draft.moment))
  allowed.forEach((version, index) => start(draft, version, index))
  if (waiting.length > 0 || allowed.length > 0) return null
  return triggered.length > 0 ? 'may_not_start_again' : 'nobody_waits'
}

function routeResult(draft: Draft): StepNote | null {
  const payload = draft.envelope.payload as unknown as EffectDonePayload | EffectFailedPayload
  const run = draft.state.runs.find((candidate) =>
    Object.hasOwn(candidate.effects, payload.effectId),
  )
  const pending = run?.effects[payload.effectId]
  if (!run || !pending) {
    return draft.state.runs.some((candidate) => isEffectOf(candidate, payload.effectId))
      ? 'result_outdated'
      : 'run_ended'
  }
  const event: RunEvent = {
    ...draft.moment,
    type: draft.envelope.type,
    nodeId: pending.nodeId,
    visit: pending.visit,
    ...('output' in payload ? { output: payload.output } : {}),
    ...('error' in payload ? { error: payload.error } : {}),
  }
  advance(draft, run, event)
  return null
}

function routeTimer(draft: Draft): StepNote | null {
  const { runId, timerId, generation } = draft.envelope.payload as unknown as TimerFiredPayload
  const run = draft.state.runs.find((candidate) => candidate.id === runId)
  if (!run) return 'run_ended'
  if (run.timers[timerId]?.generation !== generation) return 'timer_outdated'
  advance(draft, run, { ...draft.moment, type: timerId })
  return null
}

function routeOperator(draft: Draft): StepNote | null {
  const { action, runId } = draft.envelope.payload as unknown as OperatorActedPayload
  const runs = draft.state.runs.filter((run) => runId === null || run.id === runId)
  if (runs.length === 0) return 'run_ended'
  if (action === 'stop') {
    for (const run of runs) apply(draft, run.id, stopRun(run, draft.moment.at))
    return null
  }
  const run = runs.find((candidate) => Object.keys(candidate.timers).length > 0)
  const timerId = run && earliestTimer(run)
  if (!run || timerId === undefined) return 'nothing_to_skip'
  advance(draft, run, { ...draft.moment, type: timerId })
  return null
}

function earliestTimer(run: RunState): string | undefined {
  return Object.entries(run.timers).toSorted(([, left], [, right]) =>
    left.dueAt < right.dueAt ? -1 : 1,
  )[0]?.[0]
}

function start(draft: Draft, version: RunVersion, index: number): void {
  const suffix = draft.envelope.event_id.replace(/^evt_/, '')
  const id = index === 0 ? `run_${suffix}` : `run_${suffix}_${index}`
  const { event_id: triggerEventId, payload } = draft.envelope
  const starts = { ...draft.state.starts, [version.workflowId]: draft.moment.at }
  draft.state = { ...draft.state, starts }
  apply(draft, id, startRun(version, { id, triggerEventId, payload }, draft.moment))
}

function advance(draft: Draft, run: RunState, event: RunEvent): void {
  apply(draft, run.id, advanceRun(run, versionOf(draft.library, run), event))
}

function apply(draft: Draft, runId: string, outcome: RunOutcome): void {
  const others = draft.state.runs.filter((run) => run.id !== runId)
  const index = draft.state.runs.findIndex((run) => run.id === runId)
  const runs = outcome.run
    ? others.toSpliced(index < 0 ? others.length : index, 0, outcome.run)
    : others
  draft.state = { ...draft.state, runs }
  draft.effects.push(...outcome.effects)
  draft.timersSet.push(...outcome.timersSet)
  draft.timersCleared.push(...outcome.timersCleared)
  draft.changes.push(outcome.change)
}

function versionOf(library: Library, run: RunState): RunVersion {
  const version = library.version(run.versionId)
  if (!version) {
    throw new FluxoError('SNAPSHOT_VERSION', {
      message: `Version ${run.versionId} is not available`,
    })
  }
  return version
}

function withFacts(state: ContactState, envelope: Envelope): ContactState {
  const told = (envelope.payload as { contact?: ContactFacts }).contact
  const fromEffect = envelope.type === 'effect.done' ? told : undefined
  const contact = fromEffect ?? envelope.contact
  return contact ? { ...state, contact } : state
}

function noteInbound(draft: Draft): void {
  const channel = draft.envelope.payload['channel'] as 'whatsapp' | 'email'
  const sentAt = draft.envelope.occurred_at
  const known = draft.state.lastInboundAt[channel]
  if (known !== undefined && known >= sentAt) return
  draft.state = {
    ...draft.state,
    lastInboundAt: { ...draft.state.lastInboundAt, [channel]: sentAt },
  }
}

function isEffectOf(run: RunState, effectId: string): boolean {
  const prefix = `eff_${run.id.slice('run_'.length)}_`
  return effectId.startsWith(prefix) && /^\d+$/.test(effectId.slice(prefix.length))
}

function stepOf(draft: Draft, note: StepNote | null): Step {
  const { state, effects, timersSet, timersCleared, changes: runs } = draft
  const journal = {
    seq: state.seq,
    at: draft.moment.at,
    envelope: draft.envelope,
    runs,
    effects,
    note,
  }
  return { state, effects, timersSet, timersCleared, runs, journal }
}

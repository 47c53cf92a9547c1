// The world of one simulated contact: its run, its facts, a virtual clock, and what can happen to it.

import type { Simulation, SimulationProblem } from '../contracts/simulation.ts'
import type { ContactFacts } from '../contracts/contact.ts'
import type { Effect } from '../contracts/effect.ts'
import { reachesRuns } from '../contracts/event.ts'
import type { Envelope } from '../contracts/envelope.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Moment } from '../compile/machine.ts'
import type { RunChange, RunOutcome, RunState, RunVersion } from '../run/run-state.ts'
import { interruptFor } from '../run/interrupts.ts'
import { withLastChannel } from '../run/last-channel.ts'
import type { Standing } from '../run/send-policy.ts'
import { advanceRun, interruptRun, startRun, stopRun } from '../run/run.ts'
import { changedContact, type EffectOutcome } from './automatic.ts'
import { heedStopWord } from './stop-word.ts'
import { outgoingText } from './message-text.ts'
import type { Recording } from './trace.ts'

export type SimulationStep = Simulation['steps'][number]
export type SimulationEffect = Simulation['effects'][number]

export interface World {
  version: RunVersion
  zone: string
  /** ISO 8601 instant, moved only by the script. */
  now: string
  contact: ContactFacts
  /** Whether WhatsApp takes messages that are no templates. */
  windowOpen: boolean
  /** When the contact last wrote, and since when it wants no messages, by channel. */
  lastInboundAt: Standing['lastInboundAt']
  optOuts: Standing['optOuts']
  /** What came for the run while a person has the conversation; null: nobody has it. */
  held: readonly Held[] | null
  run: RunState | null
  /** The last change of the run; null before it started. */
  last: RunChange | null
  steps: SimulationStep[]
  effects: SimulationEffect[]
  transcript: Simulation['transcript']
  problems: SimulationProblem[]
  /** What held after each step, where somebody asked for it. */
  trace: Recording | null
}

/** Something that comes for the run when the conversation is given back. */
export type Held =
  | { what: 'event'; envelope: Envelope }
  | { what: 'timer'; timer: { id: string; dueAt: string } }
  | { what: 'result'; effectId: string; outcome: EffectOutcome }

/** Starts the run by this event, whether or not it passes the trigger's filter. */
export function begin(world: World, envelope: Envelope, index: number | null): void {
  const start = {
    id: `run_${envelope.event_id.replace(/^evt_/, '')}`,
    triggerEventId: envelope.event_id,
    payload: envelope.payload,
    source: envelope.source,
  }
  noteIncoming(world, envelope)
  record(world, { event: envelope.type, index }, startRun(world.version, start, momentOf(world)))
}

/** Gives an event to the run, if one of its states waits for it. */
export function deliver(world: World, envelope: Envelope, index: number | null): void {
  noteIncoming(world, envelope)
  const cause = { event: envelope.type, index }
  const { run, version } = world
  if (!run) return recordNothing(world, cause, world.last === null ? 'nobody_waits' : 'run_ended')
  if (heedStopWord(world, envelope)) {
    return record(world, cause, stopRun(run, world.now))
  }
  if (world.held) return keepEvent(world, envelope, cause)
  const types = eventTypesOf(envelope)
  const told = { ...momentOf(world), payload: envelope.payload }
  const interruptId = interruptFor(version.compiled, { types, text: wordsOf(envelope) })
  if (interruptId !== null) {
    const event = { ...told, type: envelope.type }
    return record(world, cause, interruptRun(run, version, { interruptId, event }))
  }
  const awaited = awaitedTypes(world)
  const type = types.find((each) => awaited.has(each))
  if (type === undefined) return recordNothing(world, cause, 'nobody_waits')
  record(world, cause, advanceRun(run, version, { ...told, type }))
}

/** A message is for the person who has the conversation; everything else is for the run, later. */
function keepEvent(world: World, envelope: Envelope, cause: Cause): void {
  const isMessage = envelope.type === 'message.received'
  if (isMessage) return recordNothing(world, cause, 'agent_has_conversation')
  keep(world, { what: 'event', envelope }, cause)
}

function keep(world: World, held: Held, cause: Cause): void {
  world.held = [...(world.held ?? []), held]
  recordNothing(world, cause, 'kept_for_later')
}

function wordsOf({ type, payload }: Envelope): string | null {
  const { text } = payload
  return type === 'message.received' && typeof text === 'string' ? text : null
}

/** Event types that one of the run's states reacts to. */
export function awaitedTypes({ run, version }: World): Set<string> {
  const types = (run?.states ?? []).flatMap((id) => version.compiled.waits.get(id)?.events ?? [])
  return new Set(types.filter(reachesRuns))
}

/** Settles an effect; the run moves on if it still waits for it. */
export function settle(
  world: World,
  effectId: string,
  { outcome, index }: { outcome: EffectOutcome; index: number | null },
): void {
  const event = 'error' in outcome ? 'effect.failed' : 'effect.done'
  const effect = world.effects.find((each) => each.id === effectId)
  if (effect?.status === 'pending') noteOutcome(world, effect, outcome)
  if (world.held && world.run) {
    return keep(world, { what: 'result', effectId, outcome }, { event, index })
  }
  const pending = world.run?.effects[effectId]
  if (!world.run || !pending) {
    return recordNothing(world, { event, index }, world.run ? 'result_outdated' : 'run_ended')
  }
  const { nodeId, visit } = pending
  const told = { ...momentOf(world), type: event, nodeId, visit, ...outcome }
  record(world, { event, index }, advanceRun(world.run, world.version, told))
}

/** The armed timers, the next one first. */
export function armedTimers({ run, held }: Pick<World, 'run' | 'held'>): Simulation['timers'] {
  const fired = new Set(held?.flatMap((each) => (each.what === 'timer' ? each.timer.id : [])))
  return Object.entries(run?.timers ?? {})
    .filter(([id]) => !fired.has(id))
    .toSorted(
      ([, left], [, right]) =>
        Date.parse(left.dueAt) - Date.parse(right.dueAt) || left.generation - right.generation,
    )
    .map(([id, { nodeId, dueAt }]) => ({ id, nodeId, dueAt }))
}

/** Fires a timer; time moves on to when it is due. */
export function fire(
  world: World,
  timer: { id: string; dueAt: string },
  index: number | null,
): void {
  if (!world.run) return
  if (Date.parse(timer.dueAt) > Date.parse(world.now)) world.now = timer.dueAt
  const cause = { event: 'timer.fired', index }
  if (world.held) return keep(world, { what: 'timer', timer }, cause)
  const event = { ...momentOf(world), type: timer.id }
  record(world, cause, advanceRun(world.run, world.version, event))
}

/** The world after a restart: what production keeps of a run is its JSON. */
export function restart(world: World): void {
  world.run = JSON.parse(JSON.stringify(world.run)) as RunState | null
}

/** A world that can go another way; its history starts anew. */
export function fork(world: World): World {
  const pending = world.effects.filter((effect) => effect.status === 'pending')
  const effects = structuredCopy(pending)
  return { ...world, steps: [], transcript: [], problems: [], trace: null, effects }
}

function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

export function momentOf({ contact, now, zone }: World): Moment {
  return { contact, at: now, zone }
}

/** Machine event types by which an envelope may be waited for, most specific first. */
function eventTypesOf({ type, payload }: Envelope): string[] {
  const { channel } = payload
  return type === 'message.received' && typeof channel === 'string'
    ? [`${type}.${channel}`, type]
    : [type]
}

function noteIncoming(world: World, { type, payload }: Envelope): void {
  if (type !== 'message.received') return
  const { channel, text } = payload
  if (typeof channel !== 'string' || typeof text !== 'string') return
  if (channel === 'whatsapp') world.windowOpen = true
  world.lastInboundAt = { ...world.lastInboundAt, [channel]: world.now }
  world.transcript.push({ at: world.now, direction: 'in', channel, text })
  world.trace?.transcript.push({ step: world.steps.length, effectId: null })
}

function noteOutcome(world: World, effect: SimulationEffect, outcome: EffectOutcome): void {
  if (world.trace) world.trace.settled[effect.id] = world.steps.length
  if ('error' in outcome) return void Object.assign(effect, { status: 'failed', ...outcome })
  Object.assign(effect, { status: 'done', ...outcome })
  const command = effect.command as unknown as Effect['command']
  const sent = outgoingText(command)
  if (sent) {
    world.transcript.push({ at: world.now, direction: 'out', ...sent })
    world.trace?.transcript.push({ step: world.steps.length, effectId: effect.id })
  }
  world.contact = changedContact(world.contact, effect.command)
}

export interface Cause {
  event: string
  /** Entry of the script. */
  index: number | null
}

/** Notes a step of the run and what it asks for. */
export function record(world: World, cause: Cause, outcome: RunOutcome): void {
  const { run, change } = outcome
  world.run = run
  world.last = change
  const effects = outcome.effects.map(({ id, nodeId, command }) => ({
    id,
    nodeId,
    kind: command.kind,
    command: withLastChannel(command, world.lastInboundAt) as unknown as JsonObject,
  }))
  for (const effect of effects) {
    world.effects.push({ ...effect, at: world.now, status: 'pending', output: null, error: null })
  }
  const { from, to, path } = change
  const idle = outcome.collected ? 'message_collected' : 'nobody_waits'
  const note = path.length === 0 && run && effects.length === 0 ? idle : null
  world.steps.push({ ...cause, at: world.now, from, to, path, effects, note })
  noteStep(world)
}

/** Notes that something came and the run stayed as it was. */
export function recordNothing(world: World, cause: Cause, note: string): void {
  const to = world.run?.state ?? world.last?.to ?? null
  world.steps.push({ ...cause, at: world.now, from: to, to, path: [], effects: [], note })
  noteStep(world)
}

/** True when the run stands where it was handed to a person. */
export function waitsForPerson({ run, version }: World): boolean {
  return run?.states.some((id) => version.compiled.handoffs.has(id)) ?? false
}

function noteStep(world: World): void {
  const { trace, run, last, contact } = world
  if (!trace) return
  const states = run ? run.states : last ? [last.to] : []
  const { vars = {} } = run?.snapshot.context ?? last?.context ?? {}
  const kept = world.held?.length ?? 0
  const handover = world.held ? 'agent' : waitsForPerson(world) ? 'waiting for agent' : 'bot'
  trace.steps.push({ states, vars, timers: armedTimers(world), contact, handover, kept })
}

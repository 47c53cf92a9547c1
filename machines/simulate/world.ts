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
  run: RunState | null
  /** The last change of the run; null before it started. */
  last: RunChange | null
  steps: SimulationStep[]
  effects: SimulationEffect[]
  transcript: Simulation['transcript']
  problems: SimulationProblem[]
}

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
  const pending = world.run?.effects[effectId]
  if (!world.run || !pending) {
    return recordNothing(world, { event, index }, world.run ? 'result_outdated' : 'run_ended')
  }
  const { nodeId, visit } = pending
  const told = { ...momentOf(world), type: event, nodeId, visit, ...outcome }
  record(world, { event, index }, advanceRun(world.run, world.version, told))
}

/** The armed timers, the next one first. */
export function armedTimers(world: Pick<World, 'run'>): Simulation['timers'] {
  return Object.entries(world.run?.timers ?? {})
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
  const event = { ...momentOf(world), type: timer.id }
  record(world, { event: 'timer.fired', index }, advanceRun(world.run, world.version, event))
}

/** The world after a restart: what production keeps of a run is its JSON. */
export function restart(world: World): void {
  world.run = JSON.parse(JSON.stringify(world.run)) as RunState | null
}

/** A world that can go another way; its history starts anew. */
export function fork(world: World): World {
  const pending = world.effects.filter((effect) => effect.status === 'pending')
  return { ...world, steps: [], transcript: [], problems: [], effects: structuredCopy(pending) }
}

function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function momentOf({ contact, now, zone }: World): Moment {
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
}

function noteOutcome(world: World, effect: SimulationEffect, outcome: EffectOutcome): void {
  if ('error' in outcome) return void Object.assign(effect, { status: 'failed', ...outcome })
  Object.assign(effect, { status: 'done', ...outcome })
  const command = effect.command as unknown as Effect['command']
  const sent = outgoingText(command)
  if (sent) world.transcript.push({ at: world.now, direction: 'out', ...sent })
  world.contact = changedContact(world.contact, effect.command)
}

interface Cause {
  event: string
  index: number | null
}

function record(world: World, cause: Cause, outcome: RunOutcome): void {
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
}

function recordNothing(world: World, cause: Cause, note: string): void {
  const to = world.run?.state ?? world.last?.to ?? null
  world.steps.push({ ...cause, at: world.now, from: to, to, path: [], effects: [], note })
}

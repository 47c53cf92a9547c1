// What can happen next in a simulated world: results, events and time, each with the script entry that makes it so.

import { type EffectKind, isMessageKind } from '../contracts/effect.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { isJsonObject } from '../contracts/json.ts'
import { automaticOutcome, type EffectOutcome } from './automatic.ts'
import type { Cause } from './coverage.ts'
import { type Hints, variantsOf } from './hints.ts'
import { envelopeIn } from './play.ts'
import type { ScriptEntry } from './script.ts'
import { armedTimers, awaitedTypes, deliver, fire, fork, settle, type World } from './world.ts'

export interface Move {
  cause: Cause
  entry: ScriptEntry
  /** True for what also happens when the script says nothing. */
  automatic: boolean
  world: World
}

const FAILURE = { code: 'SIMULATED_FAILURE', message: 'Failed in the simulation' }
/** What leaves by `fallback` where a node tells it from a failure. */
const DOUBT = { code: 'AI_LOW_CONFIDENCE', message: 'Not sure in the simulation' }
const HOUR = 3_600_000
const MINUTE = 60_000

/** Every move out of a world; the worlds they lead to share nothing that changes. */
export function movesOf(world: World, hints: Hints): Move[] {
  return world.run ? [...results(world, hints), ...events(world, hints), ...time(world)] : []
}

/** Effects are answered in order: which of two is faster changes little and would multiply the search. */
function results(world: World, hints: Hints): Move[] {
  const pending = new Set(Object.keys(world.run?.effects ?? {}))
  const effect = world.effects.find(({ id }) => pending.has(id))
  if (!effect) return []
  const automatic = automaticOutcome(world, effect)
  const base = 'output' in automatic ? automatic.output : null
  const outcomes: EffectOutcome[] = [
    ...variantsOf(base, isSend(effect) ? [] : hints.get(effect.nodeId)).map((output) => ({
      output,
    })),
    { error: FAILURE },
    ...(effect.kind.startsWith('ai.') ? [{ error: DOUBT }] : []),
  ]
  return outcomes.map((outcome) => {
    const next = fork(world)
    settle(next, effect.id, { outcome, index: null })
    return {
      cause: 'error' in outcome ? 'failed' : 'done',
      entry: { result: { node: effect.nodeId, ...outcome } },
      automatic: 'output' in outcome && outcome.output === base,
      world: next,
    }
  })
}

/** What a provider says of a message decides nothing; the hints of a question are for its answer. */
function isSend({ kind }: { kind: string }): boolean {
  return isMessageKind(kind as EffectKind)
}

function events(world: World, hints: Hints): Move[] {
  const sources = [...world.version.compiled.waits].filter(([id]) => world.run?.states.includes(id))
  const parents = new Map(
    world.version.compiled.document.nodes.map((node) => [node.id, node['parent']]),
  )
  const interrupts = world.version.compiled.interrupts.map(({ words, event }) => {
    const [word = null] = words
    const entry = word === null ? eventEntry(event ?? '', {}) : { message: word }
    return moveBy(world, entry)
  })
  const awaited = [...awaitedTypes(world)].flatMap((type) => {
    const places = sources
      .filter(([, { events: types }]) => types.includes(type))
      .flatMap(([id]) => around(id, parents))
    const known = [...new Set(places)].flatMap((id) => hints.get(id) ?? [])
    return variantsOf(isMessage(type) ? { text: 'Olá' } : {}, known).map((payload) => {
      return moveBy(world, eventEntry(type, isJsonObject(payload) ? payload : {}))
    })
  })
  return [...awaited, ...interrupts]
}

function moveBy(world: World, entry: ScriptEntry): Move {
  const next = fork(world)
  const envelope = envelopeIn(entry, world.now, 0)
  if (envelope) deliver(next, envelope, null)
  return { cause: 'event', entry, automatic: false, world: next }
}

function around(id: string, parents: ReadonlyMap<string, unknown>): string[] {
  const parent = parents.get(id)
  return typeof parent === 'string' ? [id, ...around(parent, parents)] : [id]
}

function isMessage(type: string): boolean {
  return type.startsWith('message.received')
}

function eventEntry(type: string, payload: JsonObject): ScriptEntry {
  if (!isMessage(type)) return { event: { type, payload } }
  const text = wordsOf(payload['text'])
  const channel = channelIn(type)
  return channel === null ? { message: text } : { message: { text, channel } }
}

/** The channel that the type names; null for WhatsApp, which is meant where none is. */
function channelIn(type: string): string | null {
  const channel = /^message\.received\.(.+)$/.exec(type)?.[1] ?? 'whatsapp'
  return channel === 'whatsapp' ? null : channel
}

function wordsOf(text: Json | undefined): string {
  return typeof text === 'string' || typeof text === 'number' ? String(text) : ''
}

/** The next timer only: time passes in order. */
function time(world: World): Move[] {
  const [timer] = armedTimers(world)
  if (!timer) return []
  const next = fork(world)
  fire(next, timer, null)
  const skip = durationOf(Math.max(0, Date.parse(timer.dueAt) - Date.parse(world.now)))
  // The end of a quiet time is when what was said counts.
  const cause = timer.id.startsWith('quiet:') ? 'event' : 'timer'
  return [{ cause, entry: { skip }, automatic: false, world: next }]
}

/** Hours at most: a day would be a calendar day. */
function durationOf(milliseconds: number): string {
  const hours = Math.floor(milliseconds / HOUR)
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE)
  const seconds = (milliseconds % MINUTE) / 1000
  const parts = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`]
  return `PT${parts.filter((part) => part !== 0).join('') || '0S'}`
}

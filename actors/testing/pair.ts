// Two contacts who may turn out to be one person: their mailboxes, timers and effects, each moved by hand, by the rules
// that the database keeps. Whatever a test does, everything that was accepted can be followed to where it was applied.

import type { Effect } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { TimerSet } from '#machines/run/run-state.ts'
import { receive } from '../contact-actor.ts'
import type { Library } from '../library.ts'
import { type ContactState, restoreContactState } from '../snapshot.ts'
import type { JournalEntry, Step } from '../step.ts'
import { ANA, copyOf } from './contact.ts'

export const PAIR = ['cnt_a', 'cnt_b'] as const
export type Who = (typeof PAIR)[number]

interface Mail {
  envelope: Envelope
  /** Nobody has given its payload yet. */
  isAwaited: boolean
}

interface Side {
  state: ContactState | null
  journal: JournalEntry[]
  steps: Step[]
  mailbox: Mail[]
}

export interface Pair {
  readonly sides: Record<Who, Side>
  /** Event ids in order of acceptance. */
  readonly accepted: string[]
  /** Event ids with whose Step applied them, in order. */
  readonly applied: { eventId: string; by: Who }[]
  readonly outbox: { effect: Effect; by: Who }[]
  /** Every effect that there ever was. */
  readonly effects: string[]
  readonly timers: Map<string, TimerSet & { by: Who }>
  merge: { id: string; source: Who; target: Who; status: 'merging' | 'merged' | 'undoing' } | null
  /** Accepted for whoever has this address now. */
  accept(address: Who, type: string, payload?: JsonObject): string
  /** The next waiting envelope; false when there is none, or its place is still empty. */
  step(who: Who): boolean
  /** Gives the result of an effect. */
  answer(pick: number): void
  /** As if the timer were due. */
  fire(pick: number): void
  startMerge(source: Who, target: Who): boolean
  startUndo(): boolean
  /** Until nothing waits. */
  drain(): void
}

/** Far more than a few dozen happenings can cause. */
const MOST_STEPS = 10_000

const START = Date.parse('2026-03-10T12:00:00.000Z')

export function createPair(library: Library): Pair {
  let count = 0
  let merges = 0
  const side = (): Side => ({ state: null, journal: [], steps: [], mailbox: [] })
  const pair: Pair = {
    sides: { cnt_a: side(), cnt_b: side() },
    accepted: [],
    applied: [],
    outbox: [],
    effects: [],
    timers: new Map(),
    merge: null,
    accept(address, type, payload = {}) {
      const { merge } = pair
      const isMerged = merge?.source === address && merge.status !== 'undoing'
      const envelope = envelopeOf(isMerged ? merge.target : address, type, payload)
      put({ ...envelope, contact: ANA })
      return envelope.event_id
    },
    step: (who) => {
      const [next] = pair.sides[who].mailbox
      if (!next || next.isAwaited) return false
      pair.sides[who].mailbox.shift()
      take(who, next.envelope)
      return true
    },
    answer(pick) {
      const [sent] = pair.outbox.splice(pick % Math.max(pair.outbox.length, 1), 1)
      if (!sent) return
      const { id: effectId, command } = sent.effect
      put(envelopeOf(sent.by, 'effect.done', { effectId, kind: command.kind, output: null }))
    },
    fire(pick) {
      const [key, timer] = [...pair.timers][pick % Math.max(pair.timers.size, 1)] ?? []
      if (key === undefined || !timer) return
      pair.timers.delete(key)
      const { runId, timerId, generation, by } = timer
      put(envelopeOf(by, 'timer.fired', { runId, timerId, generation }))
    },
    startMerge(source, target) {
      if (pair.merge) return false
      merges += 1
      const id = `mrg_${merges}`
      pair.merge = { id, source, target, status: 'merging' }
      const awaited = envelopeOf(target, 'contact.absorbed', {})
      const payload = { mergeId: id, targetId: target, awaited, apart: [] }
      put({ ...awaited, contact: ANA }, true)
      put(envelopeOf(source, 'contact.merging', payload as unknown as JsonObject))
      return true
    },
    startUndo() {
      if (pair.merge?.status !== 'merged') return false
      const { id, source, target } = pair.merge
      pair.merge.status = 'undoing'
      const awaited = envelopeOf(source, 'contact.returned', {})
      const payload = { mergeId: id, sourceId: source, awaited, windows: [], forget: [] }
      put({ ...awaited, contact: ANA }, true)
      put(envelopeOf(target, 'contact.parting', payload as unknown as JsonObject))
      return true
    },
    drain() {
      for (let steps = 0; PAIR.some((who) => pair.step(who)); steps += 1) {
        if (steps > MOST_STEPS) throw new Error('they write to each other without end')
      }
    },
  }

  function envelopeOf(to: Who, type: string, payload: JsonObject): Envelope {
    count += 1
    const id = `evt_${String(count).padStart(4, '0')}`
    const at = new Date(START + count * 60_000).toISOString()
    const ids = { event_id: id, tenant_id: 'tnt_1', contact_id: to, correlation_id: id }
    return { ...ids, type, source: 'teste', occurred_at: at, payload }
  }

  function put(envelope: Envelope, isAwaited = false): void {
    pair.accepted.push(envelope.event_id)
    pair.sides[envelope.contact_id as Who].mailbox.push({ envelope, isAwaited })
  }

  function take(who: Who, envelope: Envelope): void {
    const own = pair.sides[who]
    count += 1
    const now = new Date(START + count * 60_000).toISOString()
    const step = receive(own.state, copyOf(envelope), { now, library })
    own.state = restoreContactState(copyOf(step.state))
    own.journal.push(copyOf(step.journal))
    own.steps.push(step)
    commit(who, step)
  }

  function commit(who: Who, step: Step): void {
    const { journal, sent = [] } = step
    if (journal.note !== 'forwarded')
      pair.applied.push({ eventId: journal.envelope.event_id, by: who })
    for (const effect of step.effects) {
      pair.effects.push(effect.id)
      pair.outbox.push({ effect, by: who })
    }
    const keyOf = (runId: string, timerId: string): string => `${who} ${runId} ${timerId}`
    for (const { runId, timerId } of step.timersCleared) pair.timers.delete(keyOf(runId, timerId))
    for (const timer of step.timersSet)
      pair.timers.set(keyOf(timer.runId, timer.timerId), { ...timer, by: who })
    for (const { envelope, isAwaited } of sent) deliver(copyOf(envelope), isAwaited)
    if (step.merge && pair.merge) {
      pair.merge = step.merge.status === 'undone' ? null : { ...pair.merge, status: 'merged' }
    }
  }

  function deliver(envelope: Envelope, isAwaited: boolean): void {
    const { mailbox } = pair.sides[envelope.contact_id as Who]
    const place = mailbox.find(
      (mail) => mail.isAwaited && mail.envelope.event_id === envelope.event_id,
    )
    if (isAwaited !== (place !== undefined)) throw new Error('a place was not kept')
    if (place) Object.assign(place, { envelope, isAwaited: false })
    else mailbox.push({ envelope, isAwaited: false })
  }

  return pair
}

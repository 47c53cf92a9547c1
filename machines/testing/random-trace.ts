// Random traces: what happens to a run after its start, in terms of what the run waits for at that moment.

import fc from 'fast-check'
import { nodeOfTimer } from '../compile/lowered.ts'
import type { Moment, RunEvent } from '../compile/run-context.ts'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import type { Effect } from '../contracts/effect.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { RunOutcome, RunState, RunVersion, TimerSet } from '../run/run-state.ts'
import { advanceRun, interruptRun, startRun } from '../run/run.ts'
import { EVENT_TYPES } from './random-document.ts'

const KINDS = [
  ...(['event', 'event', 'done', 'done', 'done', 'done', 'failed', 'timer', 'timer'] as const),
  ...(['answer', 'answer', 'old result', 'old timer', 'interrupt', 'interrupt'] as const),
]
/** One thing that happens; numbers choose among what there is. */
export interface Happening {
  kind: (typeof KINDS)[number]
  pick: number
}

export const payload: fc.Arbitrary<JsonObject> = fc.record({
  flag: fc.constantFrom(0, 1, 2, 'x', null),
  list: fc.constantFrom([], [1], ['a', 'b'], [1, { a: 1 }, null, 4]),
})

export const trace: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(1000) }),
  { minLength: 3, maxLength: 40, size: '+1' },
)

const START = Date.parse('2026-03-10T12:00:00.000Z')
const SECOND = 1000
const ANSWERS = ['31', 'sim', 'Não!', '', 'ana@example.com', '{{name}}']
const CODES = ['E_1', 'AI_BLOCKED', 'AI_LOW_CONFIDENCE', 'HTTP_500']
const INTERRUPT = 'interrupt:'

/** What was seen of a run so far, for results and timers that come twice or late. */
interface Seen {
  effects: Effect[]
  timers: TimerSet[]
  /** Milliseconds since the epoch. */
  at: number
}

/** One thing that happened to a run. */
export interface Played {
  /** Null for the start. */
  event: RunEvent | null
  moment: Moment
  before: RunState | null
  outcome: RunOutcome
}

/** Plays a trace step by step until it or the run is over. */
export function* play(
  version: RunVersion,
  { payload: start, happenings }: { payload: JsonObject; happenings: readonly Happening[] },
): Generator<Played, void> {
  const seen: Seen = { effects: [], timers: [], at: START }
  const moment = momentAt(seen.at)
  let outcome = begin(version, start, moment)
  yield { event: null, moment, before: null, outcome }
  for (const happening of happenings) {
    const before = outcome.run
    if (!before) return
    seen.effects.push(...outcome.effects)
    seen.timers.push(...outcome.timersSet)
    const event = eventOf(seen, { run: before, version }, happening)
    if (!event) continue
    outcome = perform(version, before, event)
    yield { event, moment: event, before, outcome }
  }
}

export function begin(version: RunVersion, start: JsonObject, moment: Moment): RunOutcome {
  return startRun(version, { id: 'run_1', triggerEventId: 'evt_1', payload: start }, moment)
}

/** Gives the run an event of a trace. */
export function perform(version: RunVersion, run: RunState, event: RunEvent): RunOutcome {
  if (!event.type.startsWith(INTERRUPT)) return advanceRun(run, version, event)
  return interruptRun(run, version, { interruptId: event.type.slice(INTERRUPT.length), event })
}

/** The event as the reference names it. */
export function referenceEvent(event: RunEvent): RunEvent {
  const isTimer = event.type.startsWith('xstate.after.')
  return isTimer ? { ...event, type: `timer:${nodeOfTimer(event.type)}` } : event
}

function momentAt(at: number): Moment {
  const contact = { ...EMPTY_CONTACT, name: 'Ana', phone: '+5531999999999' }
  return { contact, at: new Date(at).toISOString(), zone: 'America/Sao_Paulo' }
}

/** The event that a happening is to this run, or null when it is nothing to it; the clock moves on in `seen`. */
function eventOf(
  seen: Seen,
  { run, version }: { run: RunState; version: RunVersion },
  { kind, pick }: Happening,
): RunEvent | null {
  seen.at += (1 + (pick % 7)) * SECOND
  const moment = momentAt(seen.at)
  const one = <Item>(list: readonly Item[]): Item | undefined => list[pick % list.length]
  switch (kind) {
    case 'event':
      return { ...moment, type: one([EVENT_TYPES[0], ...EVENT_TYPES]) ?? '', payload: { pick } }
    case 'answer':
      return { ...moment, type: 'message.received.whatsapp', payload: answerOf(pick) }
    case 'interrupt': {
      const use = one(version.compiled.interrupts)
      return use ? { ...moment, type: `${INTERRUPT}${use.id}`, payload: { pick } } : null
    }
    case 'done':
    case 'failed':
    case 'old result':
      return resultFor(seen, run, { kind, pick })
    case 'timer':
      return nextTimer(seen, run)
    case 'old timer': {
      const timer = one(seen.timers)
      // As the contact actor does it: a time-out that is armed anew is not told of its earlier armings (I7).
      return timer && !run.timers[timer.timerId] ? { ...moment, type: timer.timerId } : null
    }
  }
}

const answerOf = (pick: number) => ({
  channel: 'whatsapp',
  text: ANSWERS[pick % ANSWERS.length] ?? '',
})

/** The result of an effect that the run waits for, or of any that there ever was. */
function resultFor(seen: Seen, { effects }: RunState, { kind, pick }: Happening): RunEvent | null {
  const isOpen = ({ id }: Effect) => kind === 'old result' || Object.hasOwn(effects, id)
  const some = seen.effects.filter(isOpen)
  const effect = some[pick % some.length]
  const isFailure = kind === 'failed' || (kind === 'old result' && pick % 2 === 0)
  return effect ? { ...momentAt(seen.at), ...resultOf(effect, isFailure, pick) } : null
}

function resultOf(
  { nodeId, visit }: Effect,
  isFailure: boolean,
  pick: number,
): Omit<RunEvent, keyof Moment> {
  const error = { code: CODES[pick % CODES.length] ?? '', message: 'não' }
  if (isFailure) return { type: 'effect.failed', nodeId, visit, error }
  // A half is what the nodes ask for: as sure as that is sure enough.
  const output = { intent: 'compra', confidence: (pick % 5) / 4 }
  return { type: 'effect.done', nodeId, visit, output }
}

/** Timers fire in the order in which they are due, and never early. */
function nextTimer(seen: Seen, { timers }: RunState): RunEvent | null {
  const [next] = Object.entries(timers).toSorted(
    ([, left], [, right]) =>
      Date.parse(left.dueAt) - Date.parse(right.dueAt) || left.generation - right.generation,
  )
  if (!next) return null
  const [type, { dueAt }] = next
  seen.at = Math.max(seen.at, Date.parse(dueAt))
  return { ...momentAt(seen.at), type }
}

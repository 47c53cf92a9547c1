// P4, P5, P6 and P8 of the reliability catalogue over random histories. FLUXO_RUNS sets the number of cases,
// FLUXO_SEED replays one.

import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { Effect } from '#machines/contracts/effect.ts'
import { receive } from './contact-actor.ts'
import { replay } from './replay.ts'
import {
  ANA,
  copyOf,
  createContact,
  doneOf,
  failedOf,
  type Incoming,
  lead,
  libraryOf,
  message,
  operator,
  type TestContact,
  workflowOf,
} from './testing/contact.ts'

const RUNS = Number(process.env['FLUXO_RUNS'] ?? 200)
const seed = process.env['FLUXO_SEED']
const OPTIONS = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) }
const TIMEOUT = 10_000 + RUNS * 100

const EXAMPLE: unknown = JSON.parse(
  readFileSync(new URL('../examples/lead-to-purchase.json', import.meta.url), 'utf8'),
)
const LOOP = workflowOf('wf_loop', [
  {
    id: 'a',
    type: 'whatsapp.send_text',
    text: "{{ 'now' | date: '%T' }} {{x.text}}",
    onError: 'a',
  },
  { id: 'x', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H', next: 'a' },
  { id: 'c', type: 'switch', on: '$.x.text', cases: { sim: 'a', default: null } },
])
const LIBRARY = libraryOf(EXAMPLE, LOOP)

/** What can happen to a contact; numbers choose among the effects and timers that are there. */
type Happening = { kind: string; pick: number; text: string }
const happening = fc.record({
  kind: fc.constantFrom(
    'lead',
    'message',
    'purchase',
    'done',
    'failed',
    'timer',
    'stop',
    'skip',
    'facts',
  ),
  pick: fc.nat(1000),
  text: fc.constantFrom('sim', 'não', '{{name}}', ''),
})
const history = fc.array(happening, { minLength: 1, maxLength: 30 })

function incomingOf(contact: TestContact, { kind, pick, text }: Happening): Incoming {
  const effects = contact.steps.flatMap((step) => step.effects)
  const timers = contact.steps.flatMap((step) => step.timersSet)
  const effect: Effect | undefined = effects[pick % effects.length]
  const timer = timers[pick % timers.length]
  if (kind === 'done' && effect)
    return doneOf(effect, null, pick % 2 ? { ...ANA, name: text } : undefined)
  if (kind === 'failed' && effect) return failedOf(effect)
  if (kind === 'timer' && timer) {
    const { runId, timerId, generation } = timer
    return { type: 'timer.fired', payload: { runId, timerId, generation } }
  }
  if (kind === 'message') return message(text)
  if (kind === 'purchase') return { type: 'purchase.approved', payload: { total: pick } }
  if (kind === 'stop') return operator('stop', pick % 2 ? null : `run_${text}`)
  if (kind === 'skip') return operator('skip_wait')
  if (kind === 'facts') return { type: 'contact.updated', contact: { ...ANA, name: text } }
  return lead({ name: text }, pick % 3 ? 'instagram' : 'landing')
}

function live(happenings: Happening[]): TestContact {
  const contact = createContact(LIBRARY)
  for (const one of happenings) contact.send(incomingOf(contact, one))
  return contact
}

test('I2 the journal alone gives the state back, for any history', { timeout: TIMEOUT }, () => {
  fc.assert(
    fc.property(history, (happenings) => {
      const contact = live(happenings)
      expect(copyOf(replay(contact.journal, LIBRARY))).toEqual(contact.state)
    }),
    OPTIONS,
  )
})

test('replay starts what was published then, not what is published now', () => {
  const contact = live([{ kind: 'lead', pick: 1, text: 'Ana' }])
  expect(contact.state?.runs).toHaveLength(2)
  expect(copyOf(replay(contact.journal, { ...LIBRARY, published: [] }))).toEqual(contact.state)
  expect(replay([], LIBRARY)).toBeNull()
})

test(
  'I2 going on from what JSON kept of a snapshot changes nothing, at any Step',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const contact = live(happenings)
        let state = null
        for (const [index, { envelope, at }] of contact.journal.entries()) {
          const step = receive(state, envelope, { now: at, library: LIBRARY })
          expect(step).toEqual(contact.steps[index])
          expect(copyOf(step)).toEqual(step)
          state = step.state
        }
      }),
      OPTIONS,
    )
  },
)

test(
  'I4 I7 ids of effects and timers are unique in any history, and what is pending was asked for',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { steps, state } = live(happenings)
        const effects = steps.flatMap((step) => step.effects.map((effect) => effect.id))
        expect(new Set(effects).size).toBe(effects.length)
        const timers = steps.flatMap((step) =>
          step.timersSet.map((timer) => `${timer.runId} ${timer.generation}`),
        )
        expect(new Set(timers).size).toBe(timers.length)
        for (const run of state?.runs ?? []) {
          for (const id of Object.keys(run.effects)) expect(effects).toContain(id)
          expect(Object.values(run.timers).every((timer) => timer.nodeId === run.state)).toBe(true)
        }
      }),
      OPTIONS,
    )
  },
)

test(
  'I7 the timer rows that Steps set and clear are exactly the armed timers',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { steps, state } = live(happenings)
        const rows = new Map<string, number>()
        for (const step of steps) {
          for (const { runId, timerId } of step.timersCleared) rows.delete(`${runId} ${timerId}`)
          for (const timer of step.timersSet)
            rows.set(`${timer.runId} ${timer.timerId}`, timer.generation)
        }
        const armed = (state?.runs ?? []).flatMap((run) =>
          Object.entries(run.timers).map(
            ([id, timer]) => [`${run.id} ${id}`, timer.generation] as const,
          ),
        )
        expect(rows).toEqual(new Map(armed))
      }),
      OPTIONS,
    )
  },
)

test('no Step reads the clock or chance', () => {
  const traps = [vi.spyOn(Date, 'now'), vi.spyOn(Math, 'random')]
  try {
    const kinds = ['lead', 'done', 'done', 'done', 'message', 'timer', 'purchase', 'skip', 'stop']
    const contact = live(kinds.map((kind) => ({ kind, pick: 1, text: 'sim' })))
    expect(contact.steps.flatMap((step) => step.effects).length).toBeGreaterThan(2)
    for (const trap of traps) expect(trap).not.toHaveBeenCalled()
  } finally {
    for (const trap of traps) trap.mockRestore()
  }
})

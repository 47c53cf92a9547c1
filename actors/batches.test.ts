// P6 of the reliability catalogue: however the same envelopes are cut into batches, with a restart between any two of
// them, the contact gets the same effects and timers. Over random workflows and histories. FLUXO_RUNS sets the number of
// cases (a hundredth of it here), FLUXO_SEED replays one run.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '#machines/compile/compile.ts'
import type { Effect } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { TimerSet } from '#machines/run/run-state.ts'
import { propertyOptions } from '#machines/testing/property-options.ts'
import { EVENT_TYPES, smallDocument } from '#machines/testing/random-document.ts'
import { receive } from './contact-actor.ts'
import type { Library } from './library.ts'
import { type ContactState, restoreContactState } from './snapshot.ts'
import type { Step } from './step.ts'
import {
  copyOf,
  createContact,
  doneOf,
  failedOf,
  giveBack,
  type Incoming,
  lead,
  libraryOf,
  message,
  operator,
  type TestContact,
} from './testing/contact.ts'

const { cases, test: options } = propertyOptions(process.env, 100, 0.01)

const KINDS = [
  ...(['lead', 'event', 'message', 'message', 'done', 'done', 'done', 'failed', 'timer'] as const),
  ...(['timer', 'old timer', 'take', 'give back', 'skip', 'stop', 'words', 'facts'] as const),
]
interface Happening {
  kind: (typeof KINDS)[number]
  pick: number
  /** Whether the worker restarts after it. */
  restarts: boolean
}
const history = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(1000), restarts: fc.boolean() }),
  { minLength: 5, maxLength: 40, size: '+1' },
)

/** Documents that the compiler takes; all of them start by any lead. */
const publishable = smallDocument.filter((document) => compile(document).workflow !== null)
const workflows = fc
  .array(publishable, { minLength: 1, maxLength: 3 })
  .map((documents) => documents.map((document, index) => ({ ...document, id: `wf_${index}` })))

function incomingOf(contact: TestContact, { kind, pick }: Happening): Incoming {
  return MAKERS[kind](contact, pick) ?? message('31')
}

const one = <Item>(list: readonly Item[], pick: number): Item | undefined =>
  list[pick % list.length]

/** What each kind is to a contact; null where there is nothing that it could be. */
const MAKERS: Record<Happening['kind'], (contact: TestContact, pick: number) => Incoming | null> = {
  lead: (_, pick) => lead({ flag: pick % 3, list: ['a', 'b'] }),
  event: (_, pick) => ({ type: EVENT_TYPES[pick % 2] ?? '', payload: { pick } }),
  message: (_, pick) => message(one(['31', 'sim', 'Não!', 'palavra n1', 'palavra n4'], pick) ?? ''),
  words: (_, pick) => message(one(['parar', 'voltar a receber'], pick) ?? ''),
  done: (contact, pick) => {
    const effect = one(openEffects(contact), pick)
    return effect ? doneOf(effect, { confidence: pick / 1000 }) : null
  },
  failed: (contact, pick) => {
    const effect = one(openEffects(contact), pick)
    return effect ? failedOf(effect) : null
  },
  timer: (contact) => firingOf(armedTimer(contact)),
  'old timer': (contact, pick) => {
    const set = contact.steps.flatMap((step) => step.timersSet)
    return firingOf(one(set, pick))
  },
  take: () => operator('take'),
  'give back': () => giveBack(),
  skip: () => operator('skip_wait'),
  stop: (contact, pick) => operator('stop', contact.state?.runs[pick % 2]?.id ?? null),
  facts: (_, pick) => {
    return { type: 'contact.updated', contact: { ...ANYBODY, tags: [`t${pick % 3}`] } }
  },
}

function openEffects({ steps, state }: TestContact): Effect[] {
  const effects = steps.flatMap((step) => step.effects)
  return effects.filter(({ id }) => state?.runs.some((run) => Object.hasOwn(run.effects, id)))
}

const ANYBODY = { name: 'Bia', phone: '+5531988887777', email: null, tags: [], fields: {} }

function firingOf(timer: Omit<TimerSet, 'nodeId' | 'dueAt'> | undefined): Incoming | null {
  if (!timer) return null
  const { runId, timerId, generation } = timer
  return { type: 'timer.fired', payload: { runId, timerId, generation } }
}

/** The one that is due next; the clock moves on to it. */
function armedTimer(contact: TestContact) {
  const armed = (contact.state?.runs ?? []).flatMap((run) =>
    Object.entries(run.timers).map(([timerId, timer]) => ({ runId: run.id, timerId, ...timer })),
  )
  const [next] = armed.toSorted((left, right) => Date.parse(left.dueAt) - Date.parse(right.dueAt))
  const last = contact.journal.at(-1)?.at ?? ''
  if (next && next.dueAt > last) contact.now = next.dueAt
  return next
}

/** The same envelopes again, with the state kept in memory except where the worker restarts. */
function inBatches(
  envelopes: { envelope: Envelope; at: string; restarts: boolean }[],
  documents: object[],
): { steps: Step[]; state: ContactState | null } {
  const worker = (): Library => libraryOf(...copyOf(documents))
  const workers = [worker(), worker()] as const
  let turn: 0 | 1 = 0
  let state: ContactState | null = null
  const steps: Step[] = []
  for (const { envelope, at, restarts } of envelopes) {
    const step = receive(state, envelope, { now: at, library: workers[turn] })
    steps.push(step)
    state = step.state
    if (!restarts) continue
    turn = turn === 0 ? 1 : 0
    state = restoreContactState(copyOf(state))
  }
  return { steps, state }
}

test('P6 the same envelopes give the same Steps, however they are batched', options, () => {
  let moved = 0
  fc.assert(
    fc.property(workflows, history, (documents, happenings) => {
      const contact = createContact(libraryOf(...documents))
      contact.send(lead({ flag: 1, list: ['a', 'b'] }))
      for (const happening of happenings) contact.send(incomingOf(contact, happening))
      const restarts = [false, ...happenings.map((each) => each.restarts)]
      const envelopes = contact.journal.map(({ envelope, at }, index) => {
        return { envelope, at, restarts: restarts[index] === true }
      })
      const { steps, state } = inBatches(envelopes, documents)
      expect(copyOf(steps)).toEqual(copyOf(contact.steps))
      expect(copyOf(state)).toEqual(contact.state)
      moved += steps.filter((step) => step.runs.length > 0).length
    }),
    cases,
  )
  expect(moved).toBeGreaterThan(cases.numRuns * 3)
})

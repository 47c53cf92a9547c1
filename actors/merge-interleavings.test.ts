// Merge, messages, timers, results and the way back in any order: nothing is lost, nothing is doubled (I2, I3, I4, I7).
// FLUXO_RUNS sets the number of cases, FLUXO_SEED replays one.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replay } from './replay.ts'
import { copyOf } from './testing/contact.ts'
import { LIBRARY } from './testing/histories.ts'
import { createPair, PAIR, type Pair, type Who } from './testing/pair.ts'

const RUNS = Number(process.env['FLUXO_RUNS'] ?? 100)
const seed = process.env['FLUXO_SEED']
const OPTIONS = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) }

const HAPPENINGS = [
  'message',
  'lead',
  'purchase',
  'promo',
  'step',
  'answer',
  'fire',
  'merge',
  'undo',
]
const OFTEN = [
  'step',
  'step',
  'step',
  'answer',
  'message',
  'fire',
  'merge',
  'undo',
  'take',
  'give back',
]

const happening = fc.record({
  kind: fc.constantFrom(...HAPPENINGS, ...OFTEN),
  who: fc.constantFrom(...PAIR),
  pick: fc.nat(1000),
  text: fc.constantFrom('sim', 'não', 'menu', 'humano', 'parar', 'voltar', '7'),
})
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never

const some = fc.array(happening, { maxLength: 20 })
const always = (kind: string): Happening => ({ kind, who: 'cnt_a', pick: 0, text: 'sim' })
/** Runs, a merge and perhaps its end, the way back and another merge: with anything in between. */
const history = fc
  .tuple(some, fc.boolean(), some, fc.boolean(), some, fc.boolean(), some)
  .map(([first, isThrough, second, isUndone, third, isAgain, fourth]) => [
    always('lead'),
    ...first,
    always('merge'),
    ...second,
    ...(isThrough ? [always('drain')] : []),
    ...(isUndone ? [always('undo')] : []),
    ...third,
    ...(isAgain ? ['drain', 'merge', 'drain', 'answer', 'answer'].map(always) : []),
    ...fourth,
  ])

const OPERATOR = { reason: 'teste', userId: 'usr_1' }
const GIVE_BACK = { ...OPERATOR, action: 'give_back', to: { mode: 'history' } }

function happen(pair: Pair, { kind, who, pick, text }: Happening, said: Map<string, Who>): void {
  switch (kind) {
    case 'message':
      said.set(pair.accept(who, 'message.received', { channel: 'whatsapp', text }), who)
      return
    case 'lead':
      pair.accept(who, 'lead.captured', { name: text })
      return
    case 'purchase':
      pair.accept(who, 'purchase.approved', { total: pick })
      return
    case 'promo':
      pair.accept(who, 'promo.came')
      return
    case 'take':
      pair.accept(who, 'operator.acted', { ...OPERATOR, action: 'take' })
      return
    case 'give back':
      pair.accept(who, 'operator.acted', GIVE_BACK)
      return
    case 'drain':
      return pair.drain()
    case 'step':
      pair.step(who)
      return
    case 'answer':
      return pair.answer(pick)
    case 'fire':
      return pair.fire(pick)
    case 'merge':
      pair.startMerge(who, who === 'cnt_a' ? 'cnt_b' : 'cnt_a')
      return
    case 'undo':
      pair.startUndo()
  }
}

test(
  'I2 I3 I4 I7 merges and their way back, among everything else, in any order',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const pair = createPair(LIBRARY)
        const said = new Map<string, Who>()
        for (const one of happenings) happen(pair, one, said)
        pair.drain()
        for (const who of PAIR) pair.accept(who, 'operator.acted', GIVE_BACK)
        pair.drain()
        expectNothingLost(pair)
        expectOrder(pair, said)
        expectNothingDoubled(pair)
        expectTimers(pair)
        for (const who of PAIR) {
          const { journal, state } = pair.sides[who]
          expect(copyOf(replay(journal, { ...LIBRARY, published: [] }))).toEqual(state)
        }
      }),
      OPTIONS,
    )
  },
)

function runsOf(pair: Pair) {
  return PAIR.flatMap((who) => pair.sides[who].state?.runs ?? [])
}

function expectNothingLost(pair: Pair): void {
  for (const who of PAIR) expect(pair.sides[who].mailbox).toEqual([])
  expect(pair.applied.map(({ eventId }) => eventId).toSorted()).toEqual(pair.accepted.toSorted())
  // A run waits for effects that are under way and for no others.
  const open = new Set(pair.outbox.map(({ effect }) => effect.id))
  const awaited = runsOf(pair).flatMap(({ effects }) =>
    Object.entries(effects).flatMap(([id, { kind }]) => (kind === 'subflow.start' ? [] : [id])),
  )
  expect(awaited.filter((id) => !open.has(id))).toEqual([])
  // Who was merged keeps nothing back.
  for (const who of PAIR) {
    const { state } = pair.sides[who]
    if (state?.merged) expect([state.runs, state.deferred, state.handover]).toEqual([[], [], 'bot'])
  }
}

/** I3: what one address said is applied in the order in which it was accepted. */
function expectOrder(pair: Pair, said: Map<string, Who>): void {
  for (const who of PAIR) {
    const own = (ids: string[]): string[] => ids.filter((id) => said.get(id) === who)
    expect(own(pair.applied.map(({ eventId }) => eventId))).toEqual(own(pair.accepted))
  }
}

function expectNothingDoubled(pair: Pair): void {
  expect(new Set(pair.effects).size).toBe(pair.effects.length)
  const ids = runsOf(pair).map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const started = PAIR.flatMap((who) =>
    pair.sides[who].steps.flatMap(({ runs }) => runs.filter(({ isNew }) => isNew)),
  ).map(({ id }) => id)
  expect(new Set(started).size).toBe(started.length)
}

/** I7: a timer moves its run once, and what is armed has a row, once, where the run is. */
function expectTimers(pair: Pair): void {
  const moved = PAIR.flatMap((who) => pair.sides[who].journal)
    .filter(({ envelope, note }) => envelope.type === 'timer.fired' && note === null)
    .map(({ envelope: { payload } }) => JSON.stringify(payload))
  expect(new Set(moved).size).toBe(moved.length)
  const armed = PAIR.flatMap((who) =>
    (pair.sides[who].state?.runs ?? []).flatMap(({ id, timers }) =>
      Object.entries(timers).map(
        ([timerId, timer]) => `${who} ${id} ${timerId} ${timer.generation}`,
      ),
    ),
  )
  const rows = [...pair.timers.values()].map(
    ({ by, runId, timerId, generation }) => `${by} ${runId} ${timerId} ${generation}`,
  )
  expect(rows.toSorted()).toEqual(armed.toSorted())
}

// What two contacts are once they are one, and what each has after the way back.

import { expect, test } from 'vitest'
import type { Library } from './library.ts'
import { libraryOf, workflowOf } from './testing/contact.ts'
import { createPair, type Pair, type Who } from './testing/pair.ts'

const LEAD = { filter: { source: ['teste'] } }
const chat = (id: string, trigger: object = LEAD) =>
  workflowOf(
    id,
    [
      { id: 'oi', type: 'whatsapp.send_text', text: 'Oi' },
      { id: 'w', type: 'wait.for.event', event: 'purchase.approved', timeout: 'P2D' },
      { id: 'thanks', type: 'whatsapp.send_text', text: 'Obrigado' },
    ],
    trigger,
  )

function merged(library: Library, prepare: (pair: Pair) => void): Pair {
  const pair = createPair(library)
  prepare(pair)
  pair.drain()
  pair.startMerge('cnt_a', 'cnt_b')
  pair.drain()
  return pair
}

const say = (pair: Pair, who: Who, text: string) =>
  pair.accept(who, 'message.received', { channel: 'whatsapp', text })
const startBoth = (pair: Pair): void => {
  for (const who of ['cnt_a', 'cnt_b'] as const) {
    say(pair, who, 'quero')
    pair.accept(who, 'lead.captured')
  }
}
const runsOf = (pair: Pair, who: Who) => pair.sides[who].state?.runs ?? []
const lastOf = (pair: Pair, who: Who) => pair.sides[who].journal.at(-1)

test('runs go over with the effects that they wait for, whoever is told of the results', () => {
  const pair = merged(libraryOf(chat('wf_a', { ...LEAD, reentry: 'always' })), startBoth)
  expect(runsOf(pair, 'cnt_a')).toEqual([])
  expect(runsOf(pair, 'cnt_b')).toHaveLength(2)
  while (pair.outbox.length > 0) pair.answer(0)
  pair.drain()
  expect([...pair.timers.values()].map(({ by }) => by)).toEqual(['cnt_b', 'cnt_b'])
  expect(runsOf(pair, 'cnt_b').map(({ state }) => state)).toEqual(['w', 'w'])
})

test('I7: a timer that was armed before the merge is due at the same instant after it', () => {
  const pair = createPair(libraryOf(chat('wf_a')))
  say(pair, 'cnt_a', 'quero')
  pair.accept('cnt_a', 'lead.captured')
  pair.drain()
  pair.answer(0)
  pair.drain()
  const [armed] = pair.timers.values()
  pair.startMerge('cnt_a', 'cnt_b')
  pair.drain()
  expect([...pair.timers.values()]).toEqual([{ ...armed, by: 'cnt_b' }])
})

test('of two runs of one workflow that nobody may be in twice the target’s goes on, and the journal says which ended', () => {
  const pair = merged(libraryOf(chat('wf_a', { ...LEAD, reentry: 'once' })), startBoth)
  const [kept] = runsOf(pair, 'cnt_b')
  expect(runsOf(pair, 'cnt_b')).toHaveLength(1)
  const entry = lastOf(pair, 'cnt_b')
  expect(entry?.note).toBe('taken_over')
  expect(entry?.runs).toMatchObject([{ status: 'stopped', workflowId: 'wf_a' }])
  expect(entry?.runs[0]?.id).not.toBe(kept?.id)
})

test('of one exclusive group the run of higher priority goes on, whoever had it', () => {
  const library = libraryOf(
    chat('wf_high', { exclusive: 'g', priority: 5, type: 'event', event: 'high.came' }),
    chat('wf_low', { exclusive: 'g', type: 'event', event: 'low.came' }),
  )
  const pair = merged(library, (one) => {
    for (const who of ['cnt_a', 'cnt_b'] as const) say(one, who, 'quero')
    one.accept('cnt_a', 'high.came')
    one.accept('cnt_b', 'low.came')
  })
  expect(runsOf(pair, 'cnt_b').map(({ workflowId }) => workflowId)).toEqual(['wf_high'])
  expect(lastOf(pair, 'cnt_b')?.runs).toMatchObject([{ workflowId: 'wf_low', status: 'stopped' }])
})

test('whoever opted out is off the channel as both: what would write to them ends', () => {
  const pair = merged(libraryOf(chat('wf_a')), (one) => {
    say(one, 'cnt_a', 'parar')
    say(one, 'cnt_b', 'quero')
    one.accept('cnt_b', 'lead.captured')
  })
  expect(pair.sides.cnt_b.state?.optOuts['whatsapp']).toBeDefined()
  expect(runsOf(pair, 'cnt_b')).toEqual([])
  expect(lastOf(pair, 'cnt_b')?.runs).toMatchObject([{ status: 'stopped' }])
})

test('who is one person now is answered by the channel that either wrote to last', () => {
  const by = (pair: Pair, who: Who, channelId: string, channel = 'whatsapp') =>
    pair.accept(who, 'message.received', { channel, channelId, text: 'oi' })
  const pair = merged(libraryOf(), (one) => {
    by(one, 'cnt_a', 'chn_old')
    by(one, 'cnt_b', 'chn_new')
    by(one, 'cnt_b', 'chn_mail_old', 'email')
    by(one, 'cnt_a', 'chn_mail_new', 'email')
    by(one, 'cnt_a', 'chn_chat', 'chat')
  })
  const both = { whatsapp: 'chn_new', email: 'chn_mail_new', chat: 'chn_chat' }
  expect(pair.sides.cnt_b.state?.lastChannelId).toEqual(both)
  pair.startUndo()
  pair.drain()
  const own = { whatsapp: 'chn_old', email: 'chn_mail_new', chat: 'chn_chat' }
  expect(pair.sides.cnt_a.state?.lastChannelId).toEqual(own)
})

test('an agent who has the source’s conversation has the whole person’s, with all that was kept', () => {
  const pair = merged(libraryOf(chat('wf_a')), (one) => {
    one.accept('cnt_a', 'operator.acted', { action: 'take', reason: 'teste', userId: 'usr_1' })
    one.accept('cnt_a', 'purchase.approved')
  })
  const { state } = pair.sides.cnt_b
  expect(state?.handover).toBe('agent')
  expect(state?.deferred.map(({ type }) => type)).toEqual(['purchase.approved'])
})

test('the way back returns runs that came along, and what they started since, and nothing else', () => {
  const child = {
    ...workflowOf('wf_child', [{ id: 'c', type: 'wait.for.event', event: 'child.ended' }]),
    trigger: { type: 'manual' },
  }
  const parent = workflowOf('wf_parent', [
    { id: 'w', type: 'wait.for.event', event: 'child.wanted' },
    { id: 'sub', type: 'subflow', workflow: 'wf_child' },
  ])
  const pair = merged(libraryOf(child, parent), (one) => one.accept('cnt_a', 'lead.captured'))
  pair.accept('cnt_a', 'child.wanted')
  pair.accept('cnt_b', 'lead.captured')
  pair.drain()
  expect(runsOf(pair, 'cnt_b')).toHaveLength(3)
  pair.startUndo()
  pair.drain()
  expect(runsOf(pair, 'cnt_a').map(({ workflowId }) => workflowId)).toEqual([
    'wf_parent',
    'wf_child',
  ])
  expect(runsOf(pair, 'cnt_b').map(({ workflowId }) => workflowId)).toEqual(['wf_parent'])
  expect(pair.sides.cnt_a.state?.merged).toBeUndefined()
})

test('what still comes for a run that ended after the way back is applied once, when the two are one again', () => {
  const pair = merged(libraryOf(chat('wf_a')), (one) => one.accept('cnt_a', 'lead.captured'))
  pair.startUndo()
  say(pair, 'cnt_a', 'parar')
  pair.drain()
  pair.startMerge('cnt_a', 'cnt_b')
  pair.drain()
  expect(runsOf(pair, 'cnt_b')).toEqual([])
  pair.answer(0)
  pair.drain()
  expect(pair.applied.at(-1)).toEqual({ eventId: pair.accepted.at(-1), by: 'cnt_b' })
})

test('what two contacts hold to be each other’s is passed on a few times, then applied', () => {
  const pair = merged(libraryOf(chat('wf_a')), (one) => one.accept('cnt_a', 'lead.captured'))
  const { state } = pair.sides.cnt_b
  if (state)
    pair.sides.cnt_b.state = { ...state, runs: [], parted: { [state.runs[0]?.id ?? '']: 'cnt_a' } }
  pair.answer(0)
  pair.drain()
  expect(pair.applied.at(-1)?.eventId).toBe(pair.accepted.at(-1))
})

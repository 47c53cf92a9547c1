import { expect, test } from 'vitest'
import type { JournalItem } from '#machines/contracts/api.ts'
import { mergeJournal, saidInSteps, walkIn } from './journal.ts'

function item(seq: number, path: string[], event = 'effect.done'): JournalItem {
  const [from = null] = path
  const to = path.at(-1) ?? null
  const move = { runId: 'run_1', workflowId: 'wf_1', from, to, path }
  return {
    seq,
    at: new Date(seq * 1000).toISOString(),
    event,
    eventId: `evt_${seq}`,
    correlationId: 'corr',
    from,
    to,
    moves: path.length > 0 ? [move] : [],
    effects: [],
    note: null,
    payload: {},
  }
}

const journal = [item(4, []), item(3, ['b', 'c']), item(2, ['a', 'x', 'b']), item(1, ['a'])]

test('Newer copies of a Step replace older ones and the newest Step comes first', () => {
  const fresh = { ...item(3, ['b', 'c']), event: 'changed' }
  const merged = mergeJournal(journal, [item(5, []), fresh])
  expect(merged.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1])
  expect(merged[2]?.event).toBe('changed')
})

test('The walked path holds every state passed and every hop between', () => {
  const walked = walkIn(journal, 'run_1')()
  expect(walked.states).toEqual(['a', 'x', 'b', 'c'])
  expect([...walked.hops]).toEqual(['a>x', 'x>b', 'b>c'])
  expect(walked.at).toBe('c')
})

test('A message belongs to the Step in which it came in or was asked for, not to those that tell of it', () => {
  const effect = { id: 'eff_1', kind: 'x', nodeId: 'n', preview: '', status: 'sent', error: null }
  const told = { ...item(4, [], 'message.status'), payload: { messageId: 'msg_2' } }
  const asked = { ...item(3, [], 'x.go'), effects: [effect] }
  const came = { ...item(2, [], 'message.received'), payload: { messageId: 'msg_1' } }
  expect([...saidInSteps([told, asked, came])]).toEqual([
    ['eff_1', 3],
    ['msg_1', 2],
  ])
})

test('The path up to a Step ends where the run was then', () => {
  expect(walkIn(journal, 'run_1')(2).at).toBe('b')
  expect(walkIn(journal, 'run_1')(1).hops.size).toBe(0)
})

test('Who comes back to a state is there again, and came to it once', () => {
  const back = [item(5, ['c', 'a']), ...journal]
  const walk = walkIn(back, 'run_1')
  expect(walk()).toEqual({
    states: ['a', 'x', 'b', 'c'],
    hops: new Set(['a>x', 'x>b', 'b>c', 'c>a']),
    at: 'a',
  })
  expect(walk(4)).toMatchObject({ at: 'c' })
})

test('Moves of another run are another story', () => {
  expect(walkIn(journal, 'run_2')()).toEqual({ states: [], hops: new Set(), at: null })
})

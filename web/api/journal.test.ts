import { expect, test } from 'vitest'
import type { JournalItem } from '#machines/contracts/api.ts'
import { mergeJournal, walkedPath } from './journal.ts'

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
  const walked = walkedPath(journal, 'run_1')
  expect(walked.states).toEqual(['a', 'x', 'b', 'c'])
  expect([...walked.hops]).toEqual(['a>x', 'x>b', 'b>c'])
  expect(walked.at).toBe('c')
})

test('The path up to a Step ends where the run was then', () => {
  expect(walkedPath(journal, 'run_1', 2).at).toBe('b')
  expect(walkedPath(journal, 'run_1', 1).hops.size).toBe(0)
})

test('Moves of another run are another story', () => {
  expect(walkedPath(journal, 'run_2')).toEqual({ states: [], hops: new Set(), at: null })
})

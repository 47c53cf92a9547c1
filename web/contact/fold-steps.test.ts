import { expect, test } from 'vitest'
import type { JournalItem } from '#machines/contracts/api.ts'
import { foldSteps, partOf } from './fold-steps.ts'

const step = (seq: number, event: string, payload: object = {}, more: object = {}): JournalItem =>
  ({ seq, event, payload, effects: [], moves: [], ...more }) as unknown as JournalItem
const status = (seq: number, messageId: string, is: string): JournalItem =>
  step(seq, 'message.status', { messageId, status: is })
const book = (...items: JournalItem[]) => new Map(items.map((item) => [item.seq, item]))

test('How far one message got is one row, in order, and each of its Steps is found on it', () => {
  const items = book(
    step(1, 'lead.captured'),
    status(2, 'a', 'sent'),
    status(3, 'a', 'delivered'),
    status(4, 'a', 'read'),
    status(5, 'b', 'sent'),
    step(6, 'message.received'),
    status(7, 'b', 'read'),
  )
  const { rows, members, rowOf } = foldSteps([7, 6, 5, 4, 3, 2, 1], items)
  expect(rows).toEqual([7, 6, 5, 4, 1])
  expect([...members]).toEqual([
    [7, [7]],
    [5, [5]],
    [4, [2, 3, 4]],
  ])
  expect([...rowOf]).toEqual([
    [3, 4],
    [2, 4],
  ])
  expect(partOf(items.get(3)!)).toEqual({ status: 'delivered' })
})

test('What moved a run, what is kept, what is not known yet and what a person did stand by themselves', () => {
  const moved = { moves: [{ runId: 'r', to: 'x', path: [] }] }
  const items = book(
    step(1, 'tag.added', { tag: 'vip' }),
    step(2, 'tag.added', { tag: 'promo' }, moved),
    step(3, 'tag.added', { tag: 'inverno' }),
    step(4, 'tag.added', { tag: 'novo' }, { deed: { by: { id: 'u', name: 'Bia' } } }),
    step(6, 'tag.added', { tag: 'azul' }),
    step(7, 'tag.added', { tag: 'rosa' }, { note: 'kept_for_later' }),
  )
  const { rows, members } = foldSteps([7, 6, 5, 4, 3, 2, 1], items)
  expect(rows).toEqual([7, 6, 5, 4, 3, 2, 1])
  expect([...members.keys()]).toEqual([6, 3, 1])
})

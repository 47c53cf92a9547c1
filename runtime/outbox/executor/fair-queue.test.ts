import { expect, test } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

const anyRoom = (): number => Infinity

function queueOf(...items: string[]) {
  const queue = createFairQueue<string>()
  for (const item of items) queue.push(item[0] ?? '', item)
  return queue
}

test('tenants take turns, each in its own order', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2')
  expect(queue.take(4, anyRoom)).toEqual(['a1', 'b1', 'c1', 'a2'])
  expect(queue.size).toBe(2)
  // Whoever had the last turn is behind the other.
  expect(queue.take(9, anyRoom)).toEqual(['b2', 'a3'])
  expect(queue.size).toBe(0)
})

test('a turn is kept from one call to the next: nobody who comes later stands in front', () => {
  const queue = queueOf('a1', 'a2', 'b1')
  expect(queue.take(1, anyRoom)).toEqual(['a1'])
  queue.push('c', 'c1')
  expect(queue.take(3, anyRoom)).toEqual(['b1', 'a2', 'c1'])
})

test('a tenant without room keeps nobody waiting', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1', 'b2')
  expect(queue.take(9, (tenant) => (tenant === 'a' ? 1 : 9))).toEqual(['a1', 'b1', 'b2'])
  expect(queue.take(9, () => 0)).toEqual([])
  expect(queue.sizeOf('a')).toBe(2)
  expect(queue.clear()).toEqual(['a2', 'a3'])
  expect([queue.size, queue.sizeOf('a')]).toEqual([0, 0])
})

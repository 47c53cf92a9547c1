import { expect, test } from 'vitest'
import { createBatchSize } from './batch-size.ts'

test('a batch is as large as memory allows for envelopes like the last ones', () => {
  const size = createBatchSize()
  size.note([])
  expect(size.next()).toBe(500)
  size.note([600, 800])
  expect(size.next()).toBe(1_000)
  size.note([2 ** 20])
  expect(size.next()).toBeLessThan(50 + 1)
  size.note([32 * 1024])
  expect(size.next()).toBe(512)
})

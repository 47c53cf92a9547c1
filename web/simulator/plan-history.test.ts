import { expect, test } from 'vitest'
import { begin, record, redo, undo } from './plan-history.ts'

test('Undo goes back one at a time, redo forth again, and something new ends what was taken back', () => {
  const done = record(record(begin(1), 2), 3)
  expect(undo(done)).toEqual({ past: [1], now: 2, future: [3] })
  expect(redo(undo(done))).toEqual(done)
  expect(record(undo(done), 4)).toEqual({ past: [1, 2], now: 4, future: [] })
})

test('What changes nothing is no step, and neither end can be passed', () => {
  expect(record(begin({ a: 1, b: 2 }), { b: 2, a: 1 }).past).toEqual([])
  expect(undo(begin(1)).now).toBe(1)
  expect(redo(begin(1)).now).toBe(1)
})

import { expect, test } from 'vitest'
import { isSameJson, keepSame } from './same-json.ts'

test.each([
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, false],
  [{ a: undefined }, { b: undefined }, false],
  [[], {}, false],
  [{}, [], false],
  [[1, 2], [1], false],
  [[{ a: 1 }], [{ a: 1 }], true],
  [null, {}, false],
  [[1, 2], [2, 1], false],
])('%o beside %o: %s', (left, right, isSame) => {
  expect(isSameJson(left, right)).toBe(isSame)
})

test('What says the same stays the same object, wherever it stands', () => {
  const before = [
    { id: 'a', text: 'Oi' },
    { id: 'b', text: 'Tchau' },
  ]
  const now = keepSame(before, [
    { id: 'b', text: 'Tchau' },
    { id: 'a', text: 'Oi!' },
  ])
  expect(now[0]).toBe(before[1])
  expect(now[1]).toEqual({ id: 'a', text: 'Oi!' })
  expect(keepSame(before, structuredClone(before))).toBe(before)
})

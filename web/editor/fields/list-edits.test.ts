import { expect, test } from 'vitest'
import { areRowsOf, movedBy, objectOf, repeatedIn, withMember } from './list-edits.ts'

test('an entry moves by one, and not beyond the ends', () => {
  const list = ['a', 'b', 'c']
  expect(movedBy(list, 0, 1)).toEqual(['b', 'a', 'c'])
  expect(movedBy(list, 2, -1)).toEqual(['a', 'c', 'b'])
  expect(movedBy(list, 0, -1)).toBe(list)
  expect(movedBy(list, 2, 1)).toBe(list)
})

test('rows without a name wait, and of two with one name the first counts', () => {
  const rows = [
    { key: 'a', value: 1 },
    { key: '', value: 2 },
    { key: 'a', value: 3 },
    { key: '__proto__', value: 4 },
  ]
  expect(objectOf(rows)).toEqual({ a: 1 })
  expect([...repeatedIn(rows)]).toEqual([2])
  expect(areRowsOf(rows, { a: 1 })).toBe(true)
  expect(areRowsOf(rows, { a: 2 })).toBe(false)
})

test('a member without a value goes, the order of the others stays', () => {
  expect(withMember({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 })
  expect(Object.keys(withMember({ a: 1, b: 2 }, 'a', 3))).toEqual(['a', 'b'])
})

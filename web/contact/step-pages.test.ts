import { expect, test } from 'vitest'
import { beside, endOf, PAGE, pagesFor, rowsOf } from './step-pages.ts'

test('A part of the journal is on the pages that hold its first and its last Step', () => {
  expect(pagesFor(1, 1)).toEqual([0])
  expect(pagesFor(PAGE, PAGE + 1)).toEqual([0, 1])
  expect(pagesFor(-5, 3)).toEqual([0])
  expect(pagesFor(4_950, 5_000)).toEqual([49])
  expect(endOf(0)).toBe(PAGE + 1)
})

test('Own Steps come first, those of contacts that became this one stand below', () => {
  expect(rowsOf(3, [2, -9_999_998, 3, -9_999_997])).toEqual([3, 2, 1, -9_999_997, -9_999_998])
  expect(beside([3, 2, 1], 2, -1)).toBe(3)
  expect(beside([3, 2, 1], 1, 1)).toBeNull()
})

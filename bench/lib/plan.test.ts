// Words choose what is measured, and only a run of everything may replace the results.

import { expect, test } from 'vitest'
import { parsePlan } from './plan.ts'

test('no word means everything, and that is kept', () => {
  const plan = parsePlan([], {})
  expect(plan.parts).toHaveLength(9)
  expect(plan.sizes).toEqual(['10k', '100k', '1m'])
  expect(plan.isWhole).toBe(true)
})

test('a quick run makes no million by itself, and is not kept', () => {
  const quick = { BENCH_QUICK: '1' }
  expect(parsePlan([], quick)).toMatchObject({ sizes: ['10k', '100k'], isWhole: false })
  expect(parsePlan(['resting', '1m'], quick).sizes).toEqual(['1m'])
})

test('words of different kinds choose each for themselves', () => {
  const plan = parsePlan(['resting', '100k', 'drain', 'bare'], {})
  expect(plan).toMatchObject({ parts: ['drain', 'resting'], names: ['bare'], sizes: ['100k'] })
  expect(plan.isWhole).toBe(false)
  expect(() => parsePlan(['restign'], {})).toThrow('restign is none of')
})

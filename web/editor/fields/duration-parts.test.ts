import { expect, test } from 'vitest'
import { DURATION_UNITS, durationOf, partsOf } from './duration-parts.ts'

test('a duration of one part is a number and a unit, and back', () => {
  expect(partsOf('P2D')).toEqual({ amount: 2, unit: 'day' })
  expect(partsOf('PT5M')).toEqual({ amount: 5, unit: 'minute' })
  expect(partsOf('P5M')).toEqual({ amount: 5, unit: 'month' })
  for (const unit of DURATION_UNITS) {
    expect(partsOf(durationOf({ amount: 3, unit }))).toEqual({ amount: 3, unit })
  }
})

test('what has more parts, or is none, stays as it is written', () => {
  for (const text of ['P1DT12H', 'PT1.5H', '', 'x', 'PD', 'P2H', 'PT2D', '-P1D']) {
    expect(partsOf(text), text).toBeNull()
  }
})

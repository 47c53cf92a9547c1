import { expect, test } from 'vitest'
import { DurationSchema, millisecondsUntil } from './duration.ts'

const HOUR = 3_600_000
const hours = (duration: string, from: string, zone: string) =>
  millisecondsUntil(duration, from, zone) / HOUR

test('hours are hours everywhere', () => {
  expect(hours('PT36H', '2026-03-28T12:00:00Z', 'Europe/Lisbon')).toBe(36)
  expect(millisecondsUntil('PT1.5S', '2026-03-28T12:00:00Z', 'UTC')).toBe(1500)
})

test('a day in São Paulo, which has no summer time any more, has 24 hours', () => {
  expect(hours('P1D', '2026-10-17T12:00:00Z', 'America/Sao_Paulo')).toBe(24)
})

test('a day is a calendar day where clocks change: 23 or 25 hours', () => {
  expect(hours('P1D', '2026-03-28T12:00:00Z', 'Europe/Lisbon')).toBe(23)
  expect(hours('P1D', '2026-10-24T12:00:00Z', 'Europe/Lisbon')).toBe(25)
  expect(hours('P1D', '2018-11-03T15:00:00Z', 'America/Sao_Paulo')).toBe(23)
})

test('a month is a calendar month and ends on the last day where the day is missing', () => {
  expect(hours('P1M', '2026-01-31T12:00:00Z', 'America/Sao_Paulo')).toBe(28 * 24)
})

test('the moment may be written with an offset', () => {
  expect(hours('PT1H', '2026-01-31T12:00:00-03:00', 'UTC')).toBe(1)
})

test('a duration must be ISO 8601, positive and at most five years', () => {
  for (const good of ['PT0.001S', 'PT90M', 'P1DT12H', 'P1W', 'P60M', 'P5Y']) {
    expect(DurationSchema.safeParse(good).success, good).toBe(true)
  }
  for (const bad of [
    'P5YT1S',
    'P61M',
    'PT0S',
    '-PT1S',
    'P',
    '1 day',
    `P${'9'.repeat(400)}D`,
    5,
    null,
  ]) {
    expect(DurationSchema.safeParse(bad).success, String(bad)).toBe(false)
  }
})

import { expect, test } from 'vitest'
import { instantAt, lengthOf, placeOf, spanOf } from './time-span.ts'

const NOW = Date.parse('2026-03-10T12:07:31.000Z')

test('A slider reaches over a day in quarters of an hour and over a week in hours, up to now', () => {
  expect(spanOf('24h', NOW)).toEqual({
    from: '2026-03-09T12:15:00.000Z',
    to: '2026-03-10T12:00:00.000Z',
    step: 900,
  })
  expect(spanOf('7d', NOW)).toMatchObject({ to: '2026-03-10T12:00:00.000Z', step: 3600 })
})

test('Places and instants belong to each other, and what lies outside is at an end', () => {
  const span = spanOf('24h', NOW)
  const count = lengthOf('24h')
  for (const place of [0, 17, count - 1]) {
    expect(placeOf(span, instantAt(span, place), count)).toBe(place)
  }
  expect(placeOf(span, '2020-01-01T00:00:00.000Z', count)).toBe(0)
  expect(placeOf(span, '2030-01-01T00:00:00.000Z', count)).toBe(count - 1)
})

import { expect, test } from 'vitest'
import { millisecondsUntilOccurrence, OccurrenceSchema } from './occurrence.ts'

const HOUR = 3_600_000
const NOW = '2026-03-10T12:00:00Z'

test('a date and time without offset is by the clock of the zone', () => {
  const hours = (zone: string) => millisecondsUntilOccurrence('2026-03-10T15:00', NOW, zone) / HOUR
  expect(hours('America/Sao_Paulo')).toBe(6)
  expect(hours('America/Manaus')).toBe(7)
})

test('a time that the clock leaves out comes at the next moment that it has', () => {
  // On 29 March 2026 Lisbon goes from 01:00 to 02:00.
  const at = { time: '01:30' }
  expect(millisecondsUntilOccurrence(at, '2026-03-29T00:00:00Z', 'Europe/Lisbon')).toBe(1.5 * HOUR)
})

test('business days pass over a long weekend with a holiday', () => {
  // Friday 30 October 2026, 18:00 in São Paulo; Monday is All Souls' Day.
  const at = { time: '09:00', calendar: 'business' as const }
  const hours = millisecondsUntilOccurrence(at, '2026-10-30T21:00:00Z', 'America/Sao_Paulo') / HOUR
  expect(hours).toBe(3 * 24 + 15)
})

test('what is no moment is refused', () => {
  for (const at of ['', 'now', '2026-13-01T00:00', '2026-03-10T25:00Z', { time: '9h' }, null]) {
    expect(OccurrenceSchema.safeParse(at).success, JSON.stringify(at)).toBe(false)
  }
})

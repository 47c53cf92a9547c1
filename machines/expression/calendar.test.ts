import { expect, test } from 'vitest'
import { type Calendar, CalendarSchema, DEFAULT_CALENDAR, isOpen } from './calendar.ts'

const ZONE = 'America/Sao_Paulo'
const open = (now: string, more: Partial<Calendar> = {}) =>
  isOpen({ ...DEFAULT_CALENDAR, ...more }, now, ZONE)

test('the calendar is open from its first minute until just before its last', () => {
  expect(open('2026-03-10T11:59:59Z')).toBe(false)
  expect(open('2026-03-10T12:00:00Z')).toBe(true)
  expect(open('2026-03-10T20:59:59Z')).toBe(true)
  expect(open('2026-03-10T21:00:00Z')).toBe(false)
})

test('the days are those of the zone, its own or the tenant’s', () => {
  // Friday evening in São Paulo, Saturday already in UTC.
  const evening = { from: '20:00', to: '23:00' }
  expect(open('2026-03-14T00:30:00Z', evening)).toBe(true)
  expect(open('2026-03-14T00:30:00Z', { ...evening, zone: 'UTC' })).toBe(false)
})

test('holidays are closed unless the calendar says otherwise', () => {
  expect(open('2026-09-07T15:00:00Z')).toBe(false)
  expect(open('2026-09-07T15:00:00Z', { holidays: 'none' })).toBe(true)
  expect(open('2026-02-17T15:00:00Z')).toBe(true)
  expect(open('2026-02-17T15:00:00Z', { holidays: 'optional' })).toBe(false)
})

test('a calendar that never opens, or is nowhere, is refused', () => {
  const refuses = (more: object) =>
    !CalendarSchema.safeParse({ ...DEFAULT_CALENDAR, ...more }).success
  expect(refuses({})).toBe(false)
  expect(refuses({ zone: 'America/Manaus', holidays: 'optional' })).toBe(false)
  for (const bad of [
    { days: [] },
    { days: ['monday'] },
    { from: '18:00' },
    { to: '24:00' },
    { from: '9:00' },
    { zone: 'Marte/Base' },
    { holidays: 'all' },
    { open: true },
  ]) {
    expect(refuses(bad), JSON.stringify(bad)).toBe(true)
  }
})

import { expect, test } from 'vitest'
import { formatDate } from './date-filter.ts'

const MOMENT = { now: '2026-03-10T12:05:09Z', zone: 'America/Sao_Paulo' }
const format = (value: unknown, wanted?: string) => formatDate(value, wanted, MOMENT)

test('an instant is told by the clock of the tenant', () => {
  expect(format('2026-03-10T01:30:00Z', '%Y-%m-%d %H:%M:%S %z')).toBe('2026-03-09 22:30:00 -03:00')
  expect(format('2026-03-10T01:30:00+09:00', '%F %R')).toBe('2026-03-09 13:30')
  expect(format(0, '%F %T %s')).toBe('1969-12-31 21:00:00 0')
})

test('a date alone stays the date that it is', () => {
  expect(format('2026-05-01')).toBe('01/05/2026')
  expect(format('2026-05-01T08:00', '%H:%M')).toBe('08:00')
})

test('now is the moment of the Step', () => {
  expect(format('now', '%I:%M %p, %-d/%-m/%y, dia %j')).toBe('09:05 AM, 10/3/26, dia 069')
})

test('months and weekdays have their Portuguese names', () => {
  expect(format('2026-03-10', '%A, %e de %B')).toBe('terça-feira, 10 de março')
})

test('a zone with summer time is followed through the change', () => {
  const at = (value: string) => formatDate(value, '%H:%M', { ...MOMENT, zone: 'Europe/Lisbon' })
  expect([at('2026-03-29T00:59:00Z'), at('2026-03-29T01:00:00Z')]).toEqual(['00:59', '02:00'])
})

test('what is no date is given back, and no directive that is unknown is read', () => {
  for (const value of ['amanhã', '', null, undefined, {}, Number.NaN, '2026-13-45']) {
    expect(format(value)).toBe(value)
  }
  expect(format('2026-05-01', '100%% %Q')).toBe('100% %Q')
})

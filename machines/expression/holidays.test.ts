import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { isBrazilianHoliday } from './holidays.ts'

const holidaysOf = (year: number, optional: boolean): string[] => {
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 })
  return Array.from({ length: first.daysInYear }, (_, days) => first.add({ days }))
    .filter((date) => isBrazilianHoliday(date, { optional }))
    .map((date) => date.toString().slice(5))
}

test('the national holidays of 2026', () => {
  expect(holidaysOf(2026, false)).toEqual(
    '01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25'.split(' '),
  )
})

test('with the optional days carnival and Corpus Christi are free', () => {
  expect(holidaysOf(2026, true)).toEqual(
    '01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-15 11-20 12-25'.split(' '),
  )
})

test('20 November is a holiday since 2024', () => {
  expect([2023, 2024].map((year) => holidaysOf(year, false).includes('11-20'))).toEqual([
    false,
    true,
  ])
})

test('Good Friday follows Easter through its earliest and latest dates', () => {
  const goodFriday = (year: number) =>
    holidaysOf(year, false).find((day) => /^0[34]-/.test(day) && day !== '04-21')
  expect([2008, 2011, 2024, 2025, 2027, 2038, 2049].map(goodFriday)).toEqual([
    '03-21',
    '04-22',
    '03-29',
    '04-18',
    '03-26',
    '04-23',
    '04-16',
  ])
})

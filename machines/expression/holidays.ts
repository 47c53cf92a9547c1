// Brazil's national holidays: Laws 662/1949 (with 10.607/2002), 6.802/1980, 9.093/1995 and 14.759/2023, and those
// that move with Easter.

import { Temporal } from 'temporal-polyfill'

/** Month and day of the holidays that stay where they are. */
const FIXED = new Set('01-01 04-21 05-01 09-07 10-12 11-02 11-15 12-25'.split(' '))
/** Since Law 14.759/2023. */
const BLACK_AWARENESS = '11-20'
const BLACK_AWARENESS_SINCE = 2024
/** Good Friday. */
const HOLIDAY_FROM_EASTER = -2
/** Carnival's Monday and Tuesday and Corpus Christi: most companies close, the law does not ask them to. */
const OPTIONAL_FROM_EASTER = new Set([-48, -47, 60])

/**
 * True on a national holiday.
 * @param options.optional also carnival and Corpus Christi
 */
export function isBrazilianHoliday(
  date: Temporal.PlainDate,
  { optional }: { optional: boolean },
): boolean {
  const day = date.toString().slice(-5)
  if (FIXED.has(day)) return true
  if (day === BLACK_AWARENESS && date.year >= BLACK_AWARENESS_SINCE) return true
  const fromEaster = easterOf(date.year).until(date).total('days')
  if (fromEaster === HOLIDAY_FROM_EASTER) return true
  return optional && OPTIONAL_FROM_EASTER.has(fromEaster)
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
function easterOf(year: number): Temporal.PlainDate {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const g = Math.floor((8 * b + 13) / 25)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return Temporal.PlainDate.from({ year, month: Math.floor(sum / 31), day: (sum % 31) + 1 })
}

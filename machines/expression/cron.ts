// Cron texts of five fields: minute, hour, day of month, month, day of week. As in every cron, a day matches by either
// of its two fields where both are named. The clock is kept elsewhere.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

interface Field {
  min: number
  max: number
  names: readonly string[]
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ')

const FIELDS: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 7, names: WEEKDAYS },
]

const ANY: Field = { min: 0, max: 0, names: [] }
const WEEKDAY_FIELD = 4

export const CronSchema = z.string().max(200).refine(isCron, {
  message: 'must be a cron text of five fields, e.g. 0 9 * * mon-fri',
})

/** Leap years are at most eight years apart. */
const MAX_DAYS = 366 * 9

/**
 * The first moment after an instant that the text names, or null when no calendar has it (31 February).
 *
 * A time that the clock skips in spring comes when the clock goes on; one that it shows twice in autumn comes once.
 * @param cron a text that `CronSchema` accepts
 * @param after ISO 8601 instant
 * @param zone IANA zone of the clock
 * @returns ISO 8601 instant
 */
export function nextTimeOf(cron: string, after: string, zone: string): string | null {
  const start = Temporal.Instant.from(after)
  const [minutes, hours, ...days] = cron.split(' ').map((text, index) => valuesOf(text, index))
  const today = start.toZonedDateTimeISO(zone).toPlainDate()
  for (let ahead = 0; ahead <= MAX_DAYS; ahead += 1) {
    const date = today.add({ days: ahead })
    if (!isDay(date, days)) continue
    for (const hour of hours?.list ?? []) {
      for (const minute of minutes?.list ?? []) {
        const plainTime = { hour, minute }
        const moment = date.toZonedDateTime({ timeZone: zone, plainTime }).toInstant()
        if (Temporal.Instant.compare(moment, start) > 0) return moment.toString()
      }
    }
  }
  return null
}

interface Values {
  list: number[]
  /** True for a star, with or without a step. */
  isOpen: boolean
}

function isDay(date: Temporal.PlainDate, [dates, months, weekdays]: Values[]): boolean {
  if (!dates || !months || !weekdays || !months.list.includes(date.month)) return false
  const isDate = dates.list.includes(date.day)
  const isWeekday = weekdays.list.includes(date.dayOfWeek % 7)
  return dates.isOpen || weekdays.isOpen ? isDate && isWeekday : isDate || isWeekday
}

function valuesOf(text: string, index: number): Values {
  const field = FIELDS[index] ?? ANY
  const values = text.split(',').flatMap((item) => valuesOfItem(item, field))
  // Sunday is 0 and 7.
  const list = [...new Set(index === WEEKDAY_FIELD ? values.map((day) => day % 7) : values)]
  return { list: list.toSorted((left, right) => left - right), isOpen: text.startsWith('*') }
}

function valuesOfItem(item: string, field: Field): number[] {
  const [range = '', step] = item.split('/')
  const [first, last = first] = range.split('-')
  const from = range === '*' ? field.min : numberOf(first ?? '', field)
  // With a step, one number is where it begins.
  const isRange = range === '*' || (step !== undefined && !range.includes('-'))
  const to = isRange ? field.max : numberOf(last ?? '', field)
  const every = step === undefined ? 1 : Number(step)
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, n) => from + n * every)
}

function isCron(text: string): boolean {
  const parts = text.split(' ')
  return (
    parts.length === FIELDS.length &&
    FIELDS.every((field, index) =>
      (parts[index] ?? '').split(',').every((item) => isItem(item, field)),
    )
  )
}

// `*`, `5`, `1-5`, `mon-fri`, each with an optional step after a slash: `0-30/10`.
function isItem(item: string, field: Field): boolean {
  const [range = '', step, ...rest] = item.split('/')
  if (rest.length > 0) return false
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1)) return false
  if (range === '*') return true
  const ends = range.split('-').map((end) => numberOf(end, field))
  const [from = Number.NaN, to = from] = ends
  return ends.length <= 2 && from <= to
}

function numberOf(text: string, { min, max, names }: Field): number {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + min
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : Number.NaN
}

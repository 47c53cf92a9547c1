// Business hours: which days, from when to when, in which zone, without the holidays.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { isBrazilianHoliday } from './holidays.ts'
import { ZoneSchema } from './zone.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const WeekdaySchema = z.enum(WEEKDAYS)
export type Weekday = z.infer<typeof WeekdaySchema>

/** `09:00` */
export const TimeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

export const CalendarSchema = z
  .strictObject({
    days: z.array(WeekdaySchema).min(1).max(7),
    /** First minute that is open, and the first that is closed again. */
    from: TimeOfDaySchema,
    to: TimeOfDaySchema,
    /** IANA zone; left out: the tenant's. */
    zone: ZoneSchema.optional(),
    /** Days that are closed: Brazil's national holidays (the default), with carnival and Corpus Christi, or none. */
    holidays: z.enum(['national', 'optional', 'none']).optional(),
  })
  .refine(({ from, to }) => from < to, { message: 'must be later than from', path: ['to'] })
export type Calendar = z.infer<typeof CalendarSchema>

/** Longer than any row of holidays on the only weekday that a calendar names. */
const MAX_CLOSED_DAYS = 60

export const DEFAULT_CALENDAR: Calendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
}

/**
 * True when the calendar is open.
 * @param now ISO 8601 instant
 * @param zone IANA zone of the tenant
 */
export function isOpen(calendar: Calendar, now: string, zone: string): boolean {
  const local = Temporal.Instant.from(now).toZonedDateTimeISO(calendar.zone ?? zone)
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
  const isWithin = time >= calendar.from && time < calendar.to
  return isWithin && isBusinessDay(calendar, local.toPlainDate())
}

/** True on a day that the calendar names, unless it is a holiday. */
export function isBusinessDay(calendar: Calendar, date: Temporal.PlainDate): boolean {
  const { days, holidays = 'national' } = calendar
  if (!days.includes(weekdayOf(date))) return false
  return holidays === 'none' || !isBrazilianHoliday(date, { optional: holidays === 'optional' })
}

/**
 * Milliseconds until the calendar is open; 0 while it is.
 * @param now ISO 8601 instant
 * @param zone IANA zone of the tenant or the contact; the calendar's own comes first
 */
export function millisecondsUntilOpen(calendar: Calendar, now: string, zone: string): number {
  if (isOpen(calendar, now, zone)) return 0
  const start = Temporal.Instant.from(now)
  const timeZone = calendar.zone ?? zone
  const today = start.toZonedDateTimeISO(timeZone).toPlainDate()
  for (let days = 0; days <= MAX_CLOSED_DAYS; days += 1) {
    const date = today.add({ days })
    if (!isBusinessDay(calendar, date)) continue
    const opens = date.toZonedDateTime({ timeZone, plainTime: calendar.from }).toInstant()
    const rest = opens.epochMilliseconds - start.epochMilliseconds
    if (rest > 0) return rest
  }
  return 0
}

/** One line for people: `mon tue · 09:00–18:00`. */
export function describeCalendar({ days, from, to }: Calendar): string {
  return `${days.join(' ')} · ${from}–${to}`
}

export function weekdayOf(date: Temporal.PlainDate): Weekday {
  return WEEKDAYS[date.dayOfWeek - 1] ?? 'mon'
}

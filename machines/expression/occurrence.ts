// Moments that a document names: an instant, a date and time by the tenant's clock, or the next time of day.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import {
  DEFAULT_CALENDAR,
  isBusinessDay,
  TimeOfDaySchema,
  type Weekday,
  WeekdaySchema,
  weekdayOf,
} from './calendar.ts'

const MAX_DAYS = 366

export const OccurrenceSchema = z.union([
  /** `2026-12-24T09:00:00-03:00`; without offset by the tenant's clock. */
  z.string().max(40).refine(isMoment, { message: 'must be a date and time of ISO 8601' }),
  z.strictObject({
    time: TimeOfDaySchema,
    weekday: WeekdaySchema.optional(),
    /** Only Monday to Friday that are no national holiday. */
    calendar: z.literal('business').optional(),
  }),
])
export type Occurrence = z.infer<typeof OccurrenceSchema>

/**
 * Milliseconds from an instant until the moment comes; 0 when it has passed.
 * @param now ISO 8601 instant
 * @param zone IANA zone of the tenant
 */
export function millisecondsUntilOccurrence(at: Occurrence, now: string, zone: string): number {
  const start = Temporal.Instant.from(now)
  const moment = typeof at === 'string' ? momentOf(at, zone) : nextTime(at, start, zone)
  return Math.max(0, moment.epochMilliseconds - start.epochMilliseconds)
}

function momentOf(text: string, zone: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text)
  } catch {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
  }
}

/** Strictly later than the start: at nine o'clock the next nine o'clock is tomorrow's. */
function nextTime(
  at: Exclude<Occurrence, string>,
  start: Temporal.Instant,
  zone: string,
): Temporal.Instant {
  const today = start.toZonedDateTimeISO(zone).toPlainDate()
  for (let days = 0; days <= MAX_DAYS; days += 1) {
    const date = today.add({ days })
    if (!isDay(at, date)) continue
    const moment = date.toZonedDateTime({ timeZone: zone, plainTime: at.time }).toInstant()
    if (Temporal.Instant.compare(moment, start) > 0) return moment
  }
  return start
}

function isDay(
  { weekday, calendar }: { weekday?: Weekday | undefined; calendar?: 'business' | undefined },
  date: Temporal.PlainDate,
): boolean {
  if (weekday !== undefined && weekdayOf(date) !== weekday) return false
  return calendar === undefined || isBusinessDay(DEFAULT_CALENDAR, date)
}

function isMoment(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return false
  try {
    momentOf(text, 'UTC')
    return true
  } catch {
    return false
  }
}

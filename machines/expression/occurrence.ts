// Moments that a document names: an instant, a date and time by the tenant's clock, or the next time of day.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { Json } from '../contracts/json.ts'
import {
  DEFAULT_CALENDAR,
  isBusinessDay,
  TimeOfDaySchema,
  type Weekday,
  WeekdaySchema,
  weekdayOf,
} from './calendar.ts'

const MAX_DAYS = 366
const MAX_MOMENT_CHARS = 40
const YEAR_MS = 366 * 86_400_000

export const OccurrenceSchema = z.union([
  /** `2026-12-24T09:00:00-03:00`; without offset by the tenant's clock. */
  z
    .string()
    .max(MAX_MOMENT_CHARS)
    .refine(isMoment, { message: 'must be a date and time of ISO 8601' }),
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

/** What a value may be waited for at most; more is a mistake of the value. */
const MAX_YEARS = 5

/**
 * Milliseconds from `now` until the moment that a value of the run names; 0 when it has passed.
 * @param value an ISO 8601 instant, a date and time, or a date, by the clock of `zone`
 * @param options.now ISO 8601 instant
 * @param options.before ISO 8601 duration to be early by
 * @throws {Error} when the value names no moment, or one that is years ahead
 */
export function millisecondsUntilMoment(
  value: Json | undefined,
  { now, zone, before }: { now: string; zone: string; before?: string | undefined },
): number {
  const start = Temporal.Instant.from(now)
  const moment = readMoment(value, zone).toZonedDateTimeISO(zone)
  const early = before === undefined ? moment : moment.subtract(Temporal.Duration.from(before))
  const rest = early.epochMilliseconds - start.epochMilliseconds
  if (rest > MAX_YEARS * YEAR_MS) throw new Error(`more than ${MAX_YEARS} years ahead`)
  return Math.max(0, rest)
}

function readMoment(value: Json | undefined, zone: string): Temporal.Instant {
  const text = typeof value === 'string' ? value.trim() : ''
  // Words that Temporal takes for a date, such as `20261224` for a number, must not pass for one.
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && text.length <= MAX_MOMENT_CHARS) {
    try {
      return momentOf(text, zone)
    } catch {
      // Told below, in words of ours.
    }
  }
  throw new Error(`${JSON.stringify(value ?? null).slice(0, 100)} is no date and time of ISO 8601`)
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

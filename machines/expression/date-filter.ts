// The filter `date`: `{{ now | date: '%d/%m/%Y' }}`. Liquid's own asks the host for clock, zone and language;
// here `'now'` is the Step's instant and the clock on the wall is the tenant's, on every machine the same.

import { Temporal } from 'temporal-polyfill'

/** Months and weekdays by name are in the language of the platform's texts. */
const LOCALE = 'pt-BR'
const DEFAULT_FORMAT = '%d/%m/%Y'
const DIRECTIVE = /%(-?)([YymdejHIlMSBbAapzsFTR%])/g
const INSTANT = /T.*(?:Z|[+-]\d{2}:?\d{2})$/i

type Local = Temporal.ZonedDateTime

const DIRECTIVES: Record<string, (local: Local) => string> = {
  Y: (local) => String(local.year),
  y: (local) => pad(local.year % 100),
  m: (local) => pad(local.month),
  d: (local) => pad(local.day),
  e: (local) => String(local.day),
  j: (local) => pad(local.dayOfYear, 3),
  H: (local) => pad(local.hour),
  I: (local) => pad(hourOfTwelve(local)),
  l: (local) => String(hourOfTwelve(local)),
  M: (local) => pad(local.minute),
  S: (local) => pad(local.second),
  B: (local) => local.toLocaleString(LOCALE, { month: 'long' }),
  b: (local) => local.toLocaleString(LOCALE, { month: 'short' }),
  A: (local) => local.toLocaleString(LOCALE, { weekday: 'long' }),
  a: (local) => local.toLocaleString(LOCALE, { weekday: 'short' }),
  p: (local) => (local.hour < 12 ? 'AM' : 'PM'),
  z: (local) => local.offset,
  s: (local) => String(Math.floor(local.epochMilliseconds / 1000)),
  F: (local) => local.toPlainDate().toString(),
  T: (local) => `${pad(local.hour)}:${pad(local.minute)}:${pad(local.second)}`,
  R: (local) => `${pad(local.hour)}:${pad(local.minute)}`,
  '%': () => '%',
}

/**
 * Writes a moment by a strftime format, `%-d` without the leading zero.
 * @param value ISO 8601 date, date and time (without offset: by the tenant's clock) or instant, seconds since
 * 1970, or `now`; anything else comes back as it is
 * @param moment.now ISO 8601 instant of the Step
 * @param moment.zone IANA zone of the tenant
 */
export function formatDate(
  value: unknown,
  format: unknown,
  moment: { now: string; zone: string },
): unknown {
  const local = localOf(value === 'now' ? moment.now : value, moment.zone)
  if (local === null) return value
  const wanted = typeof format === 'string' ? format : DEFAULT_FORMAT
  return wanted.replace(DIRECTIVE, (_, flag: string, name: string) => {
    const text = DIRECTIVES[name]?.(local) ?? ''
    return flag === '-' ? text.replace(/^0+(?=\d)/, '') : text
  })
}

function localOf(value: unknown, zone: string): Local | null {
  try {
    if (typeof value === 'number') {
      return Temporal.Instant.fromEpochMilliseconds(value * 1000).toZonedDateTimeISO(zone)
    }
    if (typeof value !== 'string') return null
    return INSTANT.test(value)
      ? Temporal.Instant.from(value).toZonedDateTimeISO(zone)
      : Temporal.PlainDateTime.from(value).toZonedDateTime(zone)
  } catch {
    return null
  }
}

function hourOfTwelve(local: Local): number {
  return local.hour % 12 || 12
}

function pad(number: number, width = 2): string {
  return String(number).padStart(width, '0')
}

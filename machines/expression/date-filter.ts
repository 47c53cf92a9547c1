// The filter `date`: `{{ now | date: '%d/%m/%Y' }}`. `'now'` is the Step's instant, days are the tenant's.

import { filters, type Context } from 'liquidjs'
import { Temporal } from 'temporal-polyfill'

/** Months and weekdays by name come in the language of the platform's texts, wherever the server stands. */
const LOCALE = 'pt-BR'
const DEFAULT_FORMAT = '%d/%m/%Y'

/**
 * Formats an instant in the tenant's zone by a strftime format.
 * @param value ISO 8601 date, date and time (without offset: the tenant's clock) or instant, seconds since
 * 1970, or `now`; anything else is written as it is
 * @param format e.g. `%d/%m/%Y %H:%M`
 */
export function formatDate(this: { context: Context }, value: unknown, format?: unknown): unknown {
  const { context } = this
  const zone = textIn(context, 'zone') ?? 'UTC'
  const instant = instantOf(value === 'now' ? textIn(context, 'now') : value, zone)
  if (instant === null) return value
  const wanted = typeof format === 'string' ? format : DEFAULT_FORMAT
  const local = { ...this, context: withLocale(context) }
  return (filters['date'] as (...args: unknown[]) => unknown).call(local, instant, wanted, zone)
}

function instantOf(value: unknown, zone: string): string | null {
  try {
    if (typeof value === 'number') return Temporal.Instant.fromEpochMilliseconds(value * 1000).toString()
    if (typeof value !== 'string') return null
    return /(?:Z|[+-]\d{2}:?\d{2})$/i.test(value) && value.includes(':')
      ? Temporal.Instant.from(value).toString()
      : Temporal.PlainDateTime.from(value).toZonedDateTime(zone).toInstant().toString()
  } catch {
    return null
  }
}

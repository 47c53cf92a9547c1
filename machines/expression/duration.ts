// ISO 8601 durations, counted in the tenant's time zone: a day is a calendar day there, not 24 hours.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

const MAX_YEARS = 5

export const DurationSchema = z.iso
  .duration({ message: 'must be an ISO 8601 duration, e.g. PT2H or P2D', abort: true })
  .refine(isWithinBounds, { message: `must be positive and at most ${MAX_YEARS} years` })

/**
 * Milliseconds from an instant until the duration has passed.
 * @param duration ISO 8601, e.g. `P2D`, `PT90M`
 * @param from ISO 8601 instant
 * @param zone IANA time zone, e.g. `America/Sao_Paulo`
 */
export function millisecondsUntil(duration: string, from: string, zone: string): number {
  const start = Temporal.Instant.from(from)
  const end = start.toZonedDateTimeISO(zone).add(Temporal.Duration.from(duration)).toInstant()
  return end.epochMilliseconds - start.epochMilliseconds
}

function isWithinBounds(duration: string): boolean {
  try {
    const parsed = Temporal.Duration.from(duration)
    if (parsed.sign <= 0) return false
    const years = parsed.total({ unit: 'years', relativeTo: Temporal.PlainDate.from('2026-01-01') })
    return years <= MAX_YEARS
  } catch {
    return false
  }
}

// The wall clock as conditions read it: `$.clock.time` is `09:30`, so that texts compare as times do.

import { Temporal } from 'temporal-polyfill'
import type { ContactFacts } from '../contracts/contact.ts'
import { type Weekday, weekdayOf } from './calendar.ts'
import { zoneOfContact } from './zone.ts'

export interface WallClock {
  /** `09:30` */
  time: string
  /** `2026-03-10` */
  date: string
  weekday: Weekday
}

/**
 * Reads the tenant's clock, and the contact's under `contact`.
 * @param now ISO 8601 instant
 * @param zone IANA zone of the tenant
 */
export function readClocks(
  now: string,
  zone: string,
  contact: Pick<ContactFacts, 'fields'>,
): WallClock & { contact: WallClock } {
  return { ...readClock(now, zone), contact: readClock(now, zoneOfContact(contact, zone)) }
}

function readClock(now: string, zone: string): WallClock {
  const local = Temporal.Instant.from(now).toZonedDateTimeISO(zone)
  const date = local.toPlainDate()
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
  return { time, date: date.toString(), weekday: weekdayOf(date) }
}

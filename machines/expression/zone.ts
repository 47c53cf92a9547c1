// Whose clock counts: the tenant's, or the contact's own where one is known.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import type { ContactFacts } from '../contracts/contact.ts'

/** Field of the contact that names its zone: `America/Manaus`. */
const ZONE_FIELD = 'timezone'

/** Left out: the tenant's. `contact`: the contact's own, where its field `timezone` names one. */
export const ClockSchema = z.enum(['tenant', 'contact'])
export type Clock = z.infer<typeof ClockSchema>

/** An IANA zone by its name. */
export const ZoneSchema = z
  .string()
  .max(60)
  .refine(isZone, { message: 'must be an IANA time zone' })

/** The contact's zone, else the tenant's: what is no zone names none. */
export function zoneOfContact(contact: Pick<ContactFacts, 'fields'>, tenantZone: string): string {
  const named = Object.hasOwn(contact.fields, ZONE_FIELD) ? contact.fields[ZONE_FIELD] : null
  return typeof named === 'string' && isZone(named) ? named : tenantZone
}

/** The zone of a node that says whose clock counts. */
export function zoneBy(
  clock: Clock | undefined,
  { contact, zone }: { contact: Pick<ContactFacts, 'fields'>; zone: string },
): string {
  return clock === 'contact' ? zoneOfContact(contact, zone) : zone
}

function isZone(name: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== ''
  } catch {
    return false
  }
}

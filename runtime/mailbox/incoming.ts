// An arrival on its way into the mailbox: whose it is, what was made of it, what the sender hears.

import type { Arrival } from '../connectors/arrival.ts'
import type { KnownContact } from './resolve-contacts.ts'

export interface TenantArrival {
  tenantId: string
  arrival: Arrival
}

export interface Acceptance {
  duplicate: boolean
  /** The person left the same source a lead a short while ago; it is recorded and tells nobody again. */
  repeated?: true
  /** The event that was made of it, now or the first time; null for statuses of messages that are not ours. */
  eventId: string | null
  contactId: string | null
}

/** An arrival on its way through the steps. */
export interface Incoming<Kind extends Arrival = Arrival> {
  tenantId: string
  arrival: Kind
  eventId: string
  messageId: string
  contact: KnownContact
}

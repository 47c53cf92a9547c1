// Arrivals as the connectors hand them over, for tests of everything behind the connectors.

import { randomUUID } from 'node:crypto'
import type {
  EventArrival,
  LeadArrival,
  MessageArrival,
  StatusArrival,
} from '../connectors/arrival.ts'
import type { TestTenant } from './tenant.ts'

const AT = '2026-01-15T12:00:00.000Z'

/** A Brazilian mobile number that no other call has given. */
export function newPhone(): string {
  phones = (phones + 1) % 1e8
  return `+55319${String(phones).padStart(8, '0')}`
}

let phones = Math.floor(Math.random() * 1e8)

export function leadOf(tenant: TestTenant, given: Partial<LeadArrival> = {}): LeadArrival {
  const address = given.address ?? { phone: newPhone() }
  return {
    type: 'lead',
    sourceId: tenant.sourceId,
    eventId: null,
    externalId: null,
    dedupeKey: `lead:${randomUUID()}`,
    occurredAt: AT,
    source: 'instagram',
    contact: { name: 'Ana', ...address, tags: ['promo'] },
    payload: { name: 'Ana', ...(address.phone && { phone_e164: address.phone }), tags: ['promo'] },
    ...given,
    address,
  }
}

export function eventOf(tenant: TestTenant, given: Partial<EventArrival> = {}): EventArrival {
  const eventId = given.eventId ?? randomUUID()
  return {
    type: 'event',
    sourceId: tenant.sourceId,
    eventId,
    eventType: 'purchase.approved',
    dedupeKey: `event:${eventId}`,
    occurredAt: AT,
    source: 'shop',
    address: { phone: newPhone() },
    unknownContact: 'upsert',
    payload: { total: 100 },
    ...given,
  }
}

export function messageOf(tenant: TestTenant, given: Partial<MessageArrival> = {}): MessageArrival {
  const providerMessageId = given.providerMessageId ?? `wamid.${randomUUID()}`
  return {
    type: 'message',
    channel: 'whatsapp',
    channelId: tenant.channelId,
    dedupeKey: `wa:msg:${providerMessageId}`,
    occurredAt: AT,
    source: 'whatsapp',
    address: { phone: newPhone() },
    profileName: 'Ana',
    providerMessageId,
    kind: 'text',
    text: 'Oi',
    content: { type: 'text' },
    ...given,
  }
}

export function statusOf(
  tenant: TestTenant,
  given: Pick<StatusArrival, 'status' | 'effectId'> & Partial<StatusArrival>,
): StatusArrival {
  const providerMessageId = given.providerMessageId ?? `wamid.${given.effectId}`
  return {
    type: 'status',
    channel: 'whatsapp',
    channelId: tenant.channelId,
    dedupeKey: `wa:status:${providerMessageId}:${given.status}`,
    occurredAt: AT,
    source: 'whatsapp',
    error: given.status === 'failed' ? { code: 'WHATSAPP_131026', message: 'undeliverable' } : null,
    ...given,
    providerMessageId,
  }
}

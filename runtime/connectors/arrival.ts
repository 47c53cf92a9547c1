// What a connector's inbound half hands over: parsed, checked, not yet tied to a contact row.

import type { ContactPatch } from '#machines/contracts/contact.ts'
import type { EffectError, MessageStatus } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'

/** How the outside world names the person; at least one field is set. */
export interface Address {
  /** E.164 with the ninth digit where Brazil has one. */
  phone?: string
  email?: string
  externalId?: string
}

interface ArrivalBase {
  /** The same arrival twice has the same key; unique per tenant. Guarantee I2. */
  dedupeKey: string
  /** A key that may be used only once at all, e.g. a webhook nonce; a second use refuses the arrival. */
  nonceKey?: string
  occurredAt: string
  source: string
}

export interface LeadArrival extends ArrivalBase {
  type: 'lead'
  sourceId: string
  eventId: string | null
  externalId: string | null
  address: Address
  /** Its name and addresses make a new contact, its consents hold; the workflow decides about the rest. */
  contact: ContactPatch
  payload: JsonObject
}

export interface EventArrival extends ArrivalBase {
  type: 'event'
  sourceId: string
  eventId: string
  eventType: string
  address: Address
  /** What to do when nobody has this address. */
  unknownContact: 'reject' | 'upsert'
  payload: JsonObject
}

export interface MessageArrival extends ArrivalBase {
  type: 'message'
  channel: 'whatsapp'
  channelId: string
  address: Address
  profileName: string | null
  providerMessageId: string
  kind: string
  text: string
  content: JsonObject
}

export interface StatusArrival extends ArrivalBase {
  type: 'status'
  channel: 'whatsapp'
  channelId: string
  /** From `biz_opaque_callback_data`: our effect id. */
  effectId: string | null
  providerMessageId: string
  status: MessageStatus
  error: EffectError | null
}

export type Arrival = LeadArrival | EventArrival | MessageArrival | StatusArrival

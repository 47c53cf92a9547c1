// What a connector's inbound half hands over: parsed, checked, not yet tied to a contact row.

import type { Touch } from '#machines/contracts/attribution.ts'
import type { ChannelKind } from '#machines/contracts/channel.ts'
import type { ContactPatch } from '#machines/contracts/contact.ts'
import type { EffectError, MessagePricing, MessageStatus } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'

/** How the outside world names the person; at least one field is set. */
export interface Address {
  /** E.164 with the ninth digit where Brazil has one. */
  phone?: string
  email?: string
  externalId?: string
  /** How channels name the person, by kind of channel: Meta's id for our business, a chat's number. */
  identities?: Readonly<Record<string, string>>
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
  /** What the workflows hear; left out: `lead.captured`. */
  eventType?: 'form.submitted' | 'lead.imported'
  /** Proof of its consents: kept with each of them in the ledger. */
  evidence?: JsonObject
  /** Seconds within which the same person's next lead of this source is the same lead; left out: none. */
  windowSeconds?: number
  /** Its tags and fields are written to the contact at once. */
  writesFacts?: true
  /** What brought the person here. */
  touch?: Touch
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

/** Messages of ours that one may answer, the surest first. */
export interface MessageThread {
  effectIds: readonly string[]
  providerMessageIds: readonly string[]
}

export interface MessageArrival extends ArrivalBase {
  type: 'message'
  channel: ChannelKind
  channelId: string
  address: Address
  profileName: string | null
  providerMessageId: string
  kind: string
  text: string
  content: JsonObject
  /** What it says of the messages of ours that it answers. */
  thread?: MessageThread
  /** The number that the person has from now on, E.164, where this tells of a change. */
  newPhone?: string
}

/** What a person of ours wrote beside the platform, e.g. in the WhatsApp Business app; the address is the contact's. */
export interface EchoArrival extends Omit<MessageArrival, 'type' | 'newPhone'> {
  type: 'echo'
}

export interface StatusArrival extends ArrivalBase {
  type: 'status'
  channel: ChannelKind
  channelId: string
  /** From `biz_opaque_callback_data`: our effect id. */
  effectId: string | null
  providerMessageId: string
  status: MessageStatus
  error: EffectError | null
  /** Left out where the provider does not say. */
  pricing?: MessagePricing
}

export type Arrival = LeadArrival | EventArrival | MessageArrival | EchoArrival | StatusArrival

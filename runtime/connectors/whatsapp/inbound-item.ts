// One message or one status of a WhatsApp webhook to an arrival, or to the reason why it is none.

import type { EffectError, MessagePricing, MessageStatus } from '#machines/contracts/event.ts'
import type {
  Address,
  EchoArrival,
  EventArrival,
  MessageArrival,
  StatusArrival,
} from '../arrival.ts'
import { normalizeWhatsAppId } from '../phone.ts'
import { toEffectError } from './error-codes.ts'
import { type MessageContent, readMessageContent } from './message-content.ts'
import {
  type Message,
  MessageSchema,
  type Profile,
  ProfileSchema,
  type Status,
  StatusSchema,
  type Value,
} from './payload.ts'

export interface Ignored {
  /** The subscription's field, e.g. `messages`, `account_update`. */
  field: string
  reason: string
}

/** `played` is what a voice message says instead of `read`. */
const STATUSES: Record<string, MessageStatus> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}

/** Everything about the number that a change is for. */
export interface Scope {
  phoneNumberId: string
  channelId: string
  profiles: Profile[]
  now: Date
}

export type Item = MessageArrival | EchoArrival | StatusArrival | EventArrival | Ignored

/** Reads one message of `messages[]`. */
export function readMessage(given: unknown, scope: Scope): Item {
  const parsed = MessageSchema.safeParse(given)
  if (!parsed.success)
    return { field: 'messages', reason: 'a message is not of the documented form' }
  const message = parsed.data
  const address = addressOf(message)
  if (!address) return { field: 'messages', reason: `message ${message.id} says not who wrote it` }
  return {
    type: 'message',
    channel: 'whatsapp',
    channelId: scope.channelId,
    dedupeKey: `wa:${scope.phoneNumberId}:msg:${message.id}`,
    occurredAt: instantOf(message.timestamp, scope.now),
    source: 'whatsapp',
    address,
    profileName: profileNameOf(message, scope.profiles),
    providerMessageId: message.id,
    ...readMessageContent(message),
    ...newPhoneOf(message),
  }
}

/** Reads one message of `message_echoes[]`: the address is the person's to whom it went. */
export function readEcho(given: unknown, scope: Scope): Item {
  const field = 'smb_message_echoes'
  const parsed = MessageSchema.safeParse(given)
  if (!parsed.success) return { field, reason: 'an echo is not of the documented form' }
  const message = parsed.data
  const address = addressOf({ from: message.to, from_user_id: message.to_user_id })
  if (!address) return { field, reason: `echo ${message.id} says not whom it went to` }
  return {
    type: 'echo',
    channel: 'whatsapp',
    channelId: scope.channelId,
    dedupeKey: `wa:${scope.phoneNumberId}:msg:${message.id}`,
    occurredAt: instantOf(message.timestamp, scope.now),
    source: 'whatsapp',
    address,
    profileName: null,
    providerMessageId: message.id,
    ...readEchoContent(message),
  }
}

/** Content says who wrote it, because nothing of ours did. */
function readEchoContent(message: Message): MessageContent {
  const { content, ...said } = readMessageContent(message)
  return { ...said, content: { ...content, author: 'phone' } }
}

/** A person who changed numbers writes from the new one from now on. */
function newPhoneOf({ type, from, system }: Message): { newPhone?: string } {
  if (type !== 'system' || typeof system !== 'object' || system === null) return {}
  const { wa_id: waId, new_wa_id: newWaId } = system as { wa_id?: unknown; new_wa_id?: unknown }
  const given = newWaId ?? waId
  const phone = typeof given === 'string' && given !== from ? normalizeWhatsAppId(given) : null
  return phone === null ? {} : { newPhone: phone }
}

/** Who goes by a username may have no number; the id that Meta gives for our business stays the same. */
export function addressOf(message: Pick<Message, 'from' | 'from_user_id'>): Address | null {
  const phone = message.from === undefined ? null : normalizeWhatsAppId(message.from)
  const userId = message.from_user_id
  if (phone === null && !userId) return null
  return { ...(phone !== null && { phone }), ...(userId && { identities: { whatsapp: userId } }) }
}

/** Reads one status of `statuses[]`. */
export function readStatus(given: unknown, scope: Scope): Item {
  const parsed = StatusSchema.safeParse(given)
  if (!parsed.success)
    return { field: 'statuses', reason: 'a status is not of the documented form' }
  const status = parsed.data
  const known = Object.hasOwn(STATUSES, status.status) ? STATUSES[status.status] : undefined
  if (!known)
    return { field: 'statuses', reason: `status ${status.status} of ${status.id} is not handled` }
  return {
    type: 'status',
    channel: 'whatsapp',
    channelId: scope.channelId,
    dedupeKey: `wa:${scope.phoneNumberId}:status:${status.id}:${status.status}`,
    occurredAt: instantOf(status.timestamp, scope.now),
    source: 'whatsapp',
    effectId: status.biz_opaque_callback_data || null,
    providerMessageId: status.id,
    status: known,
    error: errorOf(status, known),
    ...pricingOf(status),
  }
}

const STOPPED_MARKETING = 131050

/** A person who stopped marketing messages says so by the failure of one. */
export function readOptOut(given: unknown, scope: Scope): EventArrival[] {
  const status = StatusSchema.safeParse(given).data
  if (!status?.errors.some(({ code }) => code === STOPPED_MARKETING)) return []
  const address = addressOf({ from: status.recipient_id, from_user_id: status.recipient_user_id })
  if (!address) return []
  return [
    {
      type: 'event',
      sourceId: scope.channelId,
      eventId: `${status.id}:${STOPPED_MARKETING}`,
      eventType: 'consent.revoked',
      dedupeKey: `wa:${scope.phoneNumberId}:stop:${status.id}`,
      occurredAt: instantOf(status.timestamp, scope.now),
      source: 'whatsapp',
      address,
      unknownContact: 'upsert',
      payload: { purpose: 'marketing', channel: 'whatsapp', code: `WHATSAPP_${STOPPED_MARKETING}` },
    },
  ]
}

function pricingOf({ pricing }: Status): { pricing?: MessagePricing } {
  if (!pricing) return {}
  const { billable = null, category = null, pricing_model: model = null, type = null } = pricing
  const isEmpty = [billable, category, model, type].every((value) => value === null)
  return isEmpty ? {} : { pricing: { billable, category, model, type } }
}

function errorOf(status: Status, known: MessageStatus): EffectError | null {
  if (known !== 'failed') return null
  const error = status.errors[0]
  return error
    ? toEffectError(error)
    : { code: 'WHATSAPP_UNKNOWN', message: 'WhatsApp gave no reason' }
}

/** The people that a webhook speaks of, as far as they can be read. */
export function profilesOf(value: Value): Profile[] {
  return value.contacts.flatMap((contact) => {
    const profile = ProfileSchema.safeParse(contact)
    return profile.success ? [profile.data] : []
  })
}

function profileNameOf(message: Message, profiles: Profile[]): string | null {
  const own = profiles.find(
    ({ wa_id, user_id }) =>
      (wa_id !== undefined && wa_id === message.from) ||
      (user_id !== undefined && user_id === message.from_user_id),
  )
  return own?.profile?.name?.trim() || null
}

/** Unix seconds as text. */
export function instantOf(timestamp: string | undefined, now: Date): string {
  const seconds = /^\d{9,11}$/.test(timestamp ?? '') ? Number(timestamp) : Number.NaN
  return Number.isNaN(seconds) ? now.toISOString() : new Date(seconds * 1000).toISOString()
}

// A WhatsApp webhook to arrivals: what contacts wrote and what became of what we sent. Nothing is dropped in silence.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { MessageArrival, StatusArrival } from '../arrival.ts'
import { parseProviderBody, toStorableText } from '../json-body.ts'
import {
  type Ignored,
  type Item,
  profilesOf,
  readMessage,
  readStatus,
  type Scope,
} from './inbound-item.ts'
import { type Value, ValueSchema, WebhookSchema } from './payload.ts'

/** Meta's own limit for a webhook. */
export const MAX_WHATSAPP_WEBHOOK_BYTES = 3 * 1024 * 1024

export interface WhatsAppWebhook {
  arrivals: (MessageArrival | StatusArrival)[]
  ignored: Ignored[]
}

export interface WhatsAppInboundOptions {
  /** Our channel id of a provider's phone number id; null when the number is not of this tenant. */
  resolveChannel: (phoneNumberId: string) => string | null
  now: Date
}

/**
 * Reads a webhook of the WhatsApp Cloud API; its signature was checked before. Several entries,
 * changes, messages and statuses may come in one, in any order and more than once.
 *
 * @param rawBody the untouched bytes, at most 3 MB.
 * @throws {FluxoError} EVENT_TOO_LARGE, WEBHOOK_BODY_TOO_DEEP, WEBHOOK_BODY_INVALID.
 */
export function readWhatsAppWebhook(
  rawBody: Buffer,
  options: WhatsAppInboundOptions,
): WhatsAppWebhook {
  const items = changesOf(rawBody).flatMap(({ field, value }) => readChange(field, value, options))
  const arrivals = items.filter((item) => 'dedupeKey' in item)
  return {
    arrivals: [...new Map(arrivals.map((arrival) => [arrival.dedupeKey, arrival])).values()],
    ignored: items.filter((item) => 'reason' in item),
  }
}

/**
 * The phone number ids that a webhook speaks of, each once: by them its channel is found, and by
 * the channel the secret. The body is not yet verified here; trust nothing else of it.
 * @throws {FluxoError} as `readWhatsAppWebhook`.
 */
export function listPhoneNumberIds(rawBody: Buffer): string[] {
  const values = changesOf(rawBody).map(({ value }) => ValueSchema.safeParse(value))
  return [...new Set(values.flatMap(({ data }) => (data ? [data.metadata.phone_number_id] : [])))]
}

function changesOf(rawBody: Buffer): { field: string; value?: unknown }[] {
  const body = parseProviderBody(rawBody, MAX_WHATSAPP_WEBHOOK_BYTES)
  const webhook = WebhookSchema.safeParse(body)
  if (!webhook.success || webhook.data.object !== 'whatsapp_business_account') {
    const message = 'The body is not a webhook of a WhatsApp business account'
    throw new FluxoError('WEBHOOK_BODY_INVALID', { message })
  }
  return webhook.data.entry.flatMap((entry) => entry.changes)
}

function readChange(field: string, value: unknown, options: WhatsAppInboundOptions): Item[] {
  if (field !== 'messages') return [{ field, reason: 'not handled' }]
  const parsed = ValueSchema.safeParse(value)
  if (!parsed.success) return [{ field, reason: 'not of the documented form' }]
  const phoneNumberId = parsed.data.metadata.phone_number_id
  const channelId = options.resolveChannel(phoneNumberId)
  if (channelId === null) return [{ field, reason: `no channel has the number ${phoneNumberId}` }]
  const profiles = profilesOf(parsed.data)
  return readValue(parsed.data, { phoneNumberId, channelId, profiles, now: options.now })
}

function readValue(value: Value, scope: Scope): Item[] {
  return [
    ...value.messages.map((message) => readMessage(message, scope)),
    ...value.statuses.map((status) => readStatus(status, scope)),
    ...value.errors.map((error) => ({
      field: 'errors',
      reason: toStorableText(JSON.stringify(error).slice(0, 500)),
    })),
  ]
}

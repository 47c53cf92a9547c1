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

/** One change of a webhook, parsed and not believed yet. */
export interface WhatsAppChange {
  field: string
  /** Null when it is not of the documented form. */
  value: Value | null
}

/**
 * Parses a webhook of the WhatsApp Cloud API. Its signature is not checked yet: the phone number ids in it say whose
 * secret must have signed, and nothing else of it may be trusted before that.
 *
 * @param rawBody the untouched bytes, at most 3 MB.
 * @throws {FluxoError} EVENT_TOO_LARGE, WEBHOOK_BODY_TOO_DEEP, WEBHOOK_BODY_INVALID.
 */
export function parseWhatsAppWebhook(rawBody: Buffer): WhatsAppChange[] {
  const body = parseProviderBody(rawBody, MAX_WHATSAPP_WEBHOOK_BYTES)
  const webhook = WebhookSchema.safeParse(body)
  if (!webhook.success || webhook.data.object !== 'whatsapp_business_account') {
    const message = 'The body is not a webhook of a WhatsApp business account'
    throw new FluxoError('WEBHOOK_BODY_INVALID', { message })
  }
  return webhook.data.entry.flatMap(({ changes }) =>
    changes.map(({ field, value }) => {
      return { field, value: ValueSchema.safeParse(value).data ?? null }
    }),
  )
}

/** The phone number ids that a webhook speaks of, each once. */
export function listPhoneNumberIds(changes: readonly WhatsAppChange[]): string[] {
  const ids = changes.flatMap(({ value }) => (value ? [value.metadata.phone_number_id] : []))
  return ids.length < 2 ? ids : [...new Set(ids)]
}

/**
 * Reads the changes of a verified webhook. Several messages and statuses may come in one, in any order and more
 * than once.
 */
export function readWhatsAppWebhook(
  changes: readonly WhatsAppChange[],
  options: WhatsAppInboundOptions,
): WhatsAppWebhook {
  const items = changes.flatMap((change) => readChange(change, options))
  const arrivals = items.filter((item) => 'dedupeKey' in item)
  return {
    arrivals: [...new Map(arrivals.map((arrival) => [arrival.dedupeKey, arrival])).values()],
    ignored: items.filter((item) => 'reason' in item),
  }
}

function readChange({ field, value }: WhatsAppChange, options: WhatsAppInboundOptions): Item[] {
  if (field !== 'messages') return [{ field, reason: 'not handled' }]
  if (value === null) return [{ field, reason: 'not of the documented form' }]
  const phoneNumberId = value.metadata.phone_number_id
  const channelId = options.resolveChannel(phoneNumberId)
  if (channelId === null) return [{ field, reason: `no channel has the number ${phoneNumberId}` }]
  const profiles = profilesOf(value)
  return readValue(value, { phoneNumberId, channelId, profiles, now: options.now })
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

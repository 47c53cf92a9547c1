// A WhatsApp webhook to arrivals: what contacts wrote and what became of what we sent. Nothing is dropped in silence.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { EchoArrival, EventArrival, MessageArrival, StatusArrival } from '../arrival.ts'
import { parseProviderBody, toStorableText } from '../json-body.ts'
import { isHealthField } from './health-notice.ts'
import {
  type Ignored,
  type Item,
  profilesOf,
  readEcho,
  readMessage,
  readOptOut,
  readStatus,
  type Scope,
} from './inbound-item.ts'
import { readPreference } from './preferences.ts'
import { TEMPLATE_FIELDS } from './template-changes.ts'
import { type Value, ValueSchema, WebhookSchema } from './payload.ts'

/** Meta's own limit for a webhook. */
export const MAX_WHATSAPP_WEBHOOK_BYTES = 3 * 1024 * 1024

export type WhatsAppArrival = MessageArrival | EchoArrival | StatusArrival | EventArrival

export interface WhatsAppWebhook {
  arrivals: WhatsAppArrival[]
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
  /** Meta's id of the WhatsApp Business account. */
  accountId: string | null
  /** When Meta sent it, as it says. */
  at: Date | null
  raw: unknown
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
  return webhook.data.entry.flatMap(({ id: accountId = null, time, changes }) =>
    changes.map(({ field, value }) => {
      const at = time === undefined ? null : new Date(time * 1000)
      return { field, accountId, at, raw: value, value: ValueSchema.safeParse(value).data ?? null }
    }),
  )
}

/** The phone number ids that a webhook speaks of, each once. */
export function listPhoneNumberIds(changes: readonly WhatsAppChange[]): string[] {
  const ids = changes.flatMap(({ value }) => (value ? [value.metadata.phone_number_id] : []))
  return ids.length < 2 ? ids : [...new Set(ids)]
}

/** True where every change is about numbers or the account and none came from a contact. */
export function isAboutAccount(changes: readonly WhatsAppChange[]): boolean {
  return changes.length > 0 && changes.every(({ field }) => isAccountField(field))
}

function isAccountField(field: string): boolean {
  return isHealthField(field) || TEMPLATE_FIELDS.has(field)
}

/**
 * Reads the changes of a verified webhook. Several messages and statuses may come in one, in any order and more
 * than once.
 */
export function readWhatsAppWebhook(
  changes: readonly WhatsAppChange[],
  options: WhatsAppInboundOptions,
): WhatsAppWebhook {
  const items = changes
    .filter(({ field }) => !isAccountField(field))
    .flatMap((change) => readChange(change, options))
  const arrivals = items.filter((item) => 'dedupeKey' in item)
  return {
    arrivals: [...new Map(arrivals.map((arrival) => [arrival.dedupeKey, arrival])).values()],
    ignored: items.filter((item) => 'reason' in item),
  }
}

function readChange(change: WhatsAppChange, options: WhatsAppInboundOptions): Item[] {
  const { field, value } = change
  if (field === 'history')
    return [{ field, reason: `history is not taken: ${countOf(change)} conversations` }]
  if (!READERS.has(field)) return [{ field, reason: 'not handled' }]
  if (value === null) return [{ field, reason: 'not of the documented form' }]
  const phoneNumberId = value.metadata.phone_number_id
  const channelId = options.resolveChannel(phoneNumberId)
  if (channelId === null) return [{ field, reason: `no channel has the number ${phoneNumberId}` }]
  const profiles = profilesOf(value)
  const scope = { phoneNumberId, channelId, profiles, now: options.now }
  return READERS.get(field)?.(value, scope) ?? []
}

/** Fields that bring arrivals. */
const READERS: ReadonlyMap<string, (value: Value, scope: Scope) => Item[]> = new Map([
  ['messages', readValue],
  [
    'smb_message_echoes',
    (value: Value, scope: Scope) => value.message_echoes.map((echo) => readEcho(echo, scope)),
  ],
  [
    'user_preferences',
    (value: Value, scope: Scope) => value.user_preferences.map((one) => readPreference(one, scope)),
  ],
])

/** What a phone's past had to tell, which is no news. */
function countOf({ raw }: WhatsAppChange): number {
  const parts = (raw as { history?: unknown } | null)?.history
  const threads = Array.isArray(parts)
    ? parts.map((part: unknown) => (part as { threads?: unknown } | null)?.threads)
    : []
  return threads.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0)
}

function readValue(value: Value, scope: Scope): Item[] {
  return [
    ...value.messages.map((message) => readMessage(message, scope)),
    ...value.statuses.flatMap((status) => [
      readStatus(status, scope),
      ...readOptOut(status, scope),
    ]),
    ...value.errors.map((error) => ({
      field: 'errors',
      reason: toStorableText(JSON.stringify(error).slice(0, 500)),
    })),
  ]
}

// Webhook bodies in the form of the Cloud API: what a contact wrote, what became of a send.

import { randomBytes, randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { SandboxNumber, SandboxWebhook } from './record.ts'
import type { Answer } from '../script.ts'
import { titleOf } from './graph-error.ts'

/** When each status is reported, in milliseconds after the send. */
export interface StatusDelays {
  sent: number
  delivered: number
  read: number
}

export interface SentMessage {
  wamid: string
  /** Digits. */
  to: string
  effectId: string | null
  /** Milliseconds since 1970. */
  at: number
}

/** A message id as WhatsApp makes them. */
export function newWamid(): string {
  return `wamid.${randomBytes(24).toString('base64url')}`
}

/** The status webhooks of one send, as its scripted answer wants them. */
export function planStatuses(
  number: SandboxNumber,
  message: SentMessage,
  { delays, answer }: { delays: StatusDelays; answer: Answer },
): SandboxWebhook[] {
  const times = [delays.sent, delays.delivered, delays.read].map(
    (delay) => message.at + delay + (answer.delayStatuses ?? 0),
  )
  const plain = answer.failStatus === undefined ? ['sent', 'delivered', 'read'] : ['sent', 'failed']
  const statuses = answer.reorderStatuses ? plain.toReversed() : plain
  const copies = answer.duplicateStatuses ?? 1
  return statuses.flatMap((status, index) => {
    const dueAt = times[index] ?? message.at
    const errors = status === 'failed' ? [failure(answer.failStatus ?? 131000)] : null
    const value = { statuses: [statusOf(message, { status, dueAt, errors })] }
    return Array.from({ length: copies }, () => webhook(number, { value, dueAt }))
  })
}

export interface InboundMessage {
  wamid: string
  /** Digits; null where the person shows no number. */
  from: string | null
  /** Meta's id of the person for this business. */
  userId: string | null
  name: string
  at: number
  /** `type` and the object under its name. */
  content: JsonObject
}

/** The webhook of a message that a contact wrote. */
export function inboundWebhook(number: SandboxNumber, message: InboundMessage): SandboxWebhook {
  const { wamid, from, userId, name, at, content } = message
  const contact = {
    profile: { name },
    ...(from !== null && { wa_id: from }),
    ...(userId !== null && { user_id: userId }),
  }
  const author = {
    ...(from !== null && { from }),
    ...(userId !== null && { from_user_id: userId }),
  }
  const value = {
    contacts: [contact],
    messages: [{ ...author, id: wamid, timestamp: seconds(at), ...content }],
  }
  return webhook(number, { value, dueAt: at })
}

/** One status, whenever it comes. */
export function statusWebhook(
  number: SandboxNumber,
  message: SentMessage,
  { status, error }: { status: string; error: number },
): SandboxWebhook {
  const errors = status === 'failed' ? [failure(error)] : null
  const value = { statuses: [statusOf(message, { status, dueAt: message.at, errors })] }
  return webhook(number, { value, dueAt: message.at })
}

/** The webhook of any other field; those about accounts say nothing of the number that they came to. */
export function changeWebhook(
  number: SandboxNumber,
  change: { field: string; value: JsonObject; hasNumber: boolean; at: number },
): SandboxWebhook {
  const { field, at } = change
  const value = change.hasNumber
    ? { messaging_product: 'whatsapp', metadata: metadataOf(number), ...change.value }
    : change.value
  return bodyOf(number, { field, value, dueAt: at })
}

function statusOf(
  { wamid, to, effectId }: SentMessage,
  { status, dueAt, errors }: { status: string; dueAt: number; errors: Json[] | null },
): JsonObject {
  return {
    id: wamid,
    status,
    timestamp: seconds(dueAt),
    recipient_id: to,
    ...((status === 'sent' || status === 'delivered') && { pricing: PRICING }),
    ...(effectId !== null && { biz_opaque_callback_data: effectId }),
    ...(errors && { errors }),
  }
}

/** Inside of the window an answer costs nothing. */
const PRICING = {
  billable: false,
  pricing_model: 'PMP',
  category: 'service',
  type: 'free_customer_service',
}

function failure(code: number): JsonObject {
  const title = titleOf(code)
  return { code, title, message: title, error_data: { details: `${title} (sandbox)` } }
}

function webhook(
  number: SandboxNumber,
  { value, dueAt }: { value: JsonObject; dueAt: number },
): SandboxWebhook {
  const whole = { messaging_product: 'whatsapp', metadata: metadataOf(number), ...value }
  return bodyOf(number, { field: 'messages', value: whole, dueAt })
}

function metadataOf(number: SandboxNumber): JsonObject {
  return {
    display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
    phone_number_id: number.phoneNumberId,
  }
}

function bodyOf(
  number: SandboxNumber,
  { field, value, dueAt }: { field: string; value: JsonObject; dueAt: number },
): SandboxWebhook {
  const id = number.wabaId ?? `waba-${number.phoneNumberId}`
  return {
    id: randomUUID(),
    phoneNumberId: number.phoneNumberId,
    dueAt,
    body: {
      object: 'whatsapp_business_account',
      entry: [{ id, time: Math.floor(dueAt / 1000), changes: [{ field, value }] }],
    },
  }
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000))
}

// Webhook bodies in the form of the Cloud API: what a contact wrote, what became of a send.

import { randomBytes, randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { SandboxNumber, SandboxWebhook } from '../record.ts'
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
  /** Digits. */
  from: string
  name: string
  at: number
  /** `type` and the object under its name. */
  content: JsonObject
}

/** The webhook of a message that a contact wrote. */
export function inboundWebhook(number: SandboxNumber, message: InboundMessage): SandboxWebhook {
  const { wamid, from, name, at, content } = message
  const value = {
    contacts: [{ profile: { name }, wa_id: from }],
    messages: [{ from, id: wamid, timestamp: seconds(at), ...content }],
  }
  return webhook(number, { value, dueAt: at })
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
    ...(effectId !== null && { biz_opaque_callback_data: effectId }),
    ...(errors && { errors }),
  }
}

function failure(code: number): JsonObject {
  const title = titleOf(code)
  return { code, title, message: title, error_data: { details: `${title} (sandbox)` } }
}

function webhook(
  number: SandboxNumber,
  { value, dueAt }: { value: JsonObject; dueAt: number },
): SandboxWebhook {
  const metadata = {
    display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
    phone_number_id: number.phoneNumberId,
  }
  const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } }
  return {
    id: randomUUID(),
    phoneNumberId: number.phoneNumberId,
    dueAt,
    body: {
      object: 'whatsapp_business_account',
      entry: [{ id: `waba-${number.phoneNumberId}`, changes: [change] }],
    },
  }
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000))
}

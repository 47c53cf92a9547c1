// Delivery status notifications: what became of a mail of ours, as the server that tried says it. RFC 3464.

import type { Attachment, Email } from 'postal-mime'
import { effectIdIn, messageIdsIn } from './inbound-thread.ts'

export interface DeliveryReport {
  /** Lower-case. */
  recipient: string
  action: 'failed' | 'delayed' | 'delivered'
  /** `5.1.1`; empty where it says none. */
  status: string
  diagnostic: string
  /** Our effect that sent it; null where nothing names it. */
  effectId: string | null
  /** The Message-ID of the mail that it speaks of, without angle brackets. */
  messageId: string | null
}

/**
 * Reads what a mail reports; empty for a mail that is no report.
 * @param recipients to whom the report itself came: a reply address of ours names the effect
 */
export function readReports(mail: Email, recipients: readonly string[]): DeliveryReport[] {
  const part = mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status')
  if (!part) return []
  const original = mail.attachments.find(({ mimeType }) =>
    /^(text\/rfc822-headers|message\/rfc822|message\/global(-headers)?)$/.test(mimeType),
  )
  const headers = original ? fieldsOf(textOf(original).split(/\n\s*\n/)[0] ?? '') : new Map()
  const messageId = messageIdsIn(headers.get('message-id'))[0] ?? null
  const effectId =
    effectIdIn(headers.get('x-fluxo-effect')?.trim() ?? '') ??
    effectIdIn(messageId ?? '') ??
    recipients.map(effectIdIn).find((id) => id !== null) ??
    null
  return textOf(part)
    .split(/\n\s*\n/)
    .map(fieldsOf)
    .flatMap((fields) => {
      const action = actionOf(fields.get('action') ?? '')
      const recipient = addressOf(fields.get('final-recipient') ?? fields.get('original-recipient'))
      if (action === null || recipient === null) return []
      const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '')?.[0] ?? ''
      const diagnostic = (fields.get('diagnostic-code') ?? '').slice(0, 500)
      return [{ recipient, action, status, diagnostic, effectId, messageId }]
    })
}

/** The address does not exist or was closed: nothing will ever arrive there. RFC 3463 §3.2, §3.3. */
export function isForGood(status: string): boolean {
  return /^5\.(1\.(0|1|2|3|6|10)|2\.1)$/.test(status)
}

const MOST_BYTES = 64 * 1024

function textOf({ content }: Attachment): string {
  const text =
    typeof content === 'string'
      ? content.slice(0, MOST_BYTES)
      : Buffer.from(content as ArrayBuffer)
          .subarray(0, MOST_BYTES)
          .toString()
  return text.replace(/\r\n?/g, '\n')
}

function fieldsOf(text: string): Map<string, string> {
  const lines = text.replace(/\n[ \t]+/g, ' ').split('\n')
  return new Map(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^([\w-]{1,60}):\s*(.*)$/.exec(line) ?? []
      return name === '' ? [] : [[name.toLowerCase(), value] as const]
    }),
  )
}

function actionOf(text: string): DeliveryReport['action'] | null {
  const word = text.trim().toLowerCase()
  if (word === 'failed' || word === 'delayed') return word
  return word === 'delivered' || word === 'relayed' ? 'delivered' : null
}

/** `rfc822; ana@example.com` */
function addressOf(text: string | undefined): string | null {
  const address = (text ?? '').split(';').at(-1)?.trim().replace(/^<|>$/g, '').toLowerCase() ?? ''
  return /^[^\s@]{1,200}@[^\s@]{1,200}$/.test(address) ? address : null
}

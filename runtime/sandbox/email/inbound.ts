// A mail of a contact on its way in: through SendGrid's parse webhook, through SES and its topic, or from server to
// server.

import { randomUUID } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { composeBounce } from './compose.ts'
import type { MailEvent } from './events.ts'
import type { Mail, MailAccount, MailWebhook } from './record.ts'

export interface Envelope {
  from: string
  to: string[]
}

/** What brings the mail to the account's owner. */
export function inboundWebhook(
  raw: Buffer,
  { from, to }: Envelope,
  { account, dueAt }: { account: MailAccount; dueAt: number },
): MailWebhook {
  const rest = { id: randomUUID(), account: account.id, dueAt }
  const meta = { from, to: to.join(',') }
  switch (account.inbound?.via) {
    case 'sendgrid':
      return { ...rest, kind: 'parse', body: formOf(raw, { from, to }).toString('base64'), meta }
    case 'ses':
      return {
        ...rest,
        kind: 'sns',
        body: JSON.stringify(receivedOf(raw, { from, to }, dueAt)),
        meta,
      }
    default:
      return { ...rest, kind: 'smtp', body: raw.toString('base64'), meta }
  }
}

/** The notification that a mail server sends when it could not deliver. */
export function bounceWebhook(
  mail: Mail,
  { event, dueAt }: { event: MailEvent; dueAt: number },
  account: MailAccount,
): MailWebhook {
  const raw = composeBounce({
    original: Buffer.from(mail.raw, 'base64'),
    to: mail.from,
    recipient: event.to,
    status: event.kind === 'hard' ? '5.1.1' : '4.2.2',
    diagnostic: event.diagnostic,
  })
  return inboundWebhook(raw, { from: '', to: [mail.from] }, { account, dueAt })
}

export const FORM_BOUNDARY = 'xYzZY-sandbox-form'

/** SendGrid's form in its raw mode: the untouched mail in the field `email`. */
function formOf(raw: Buffer, { from, to }: Envelope): Buffer {
  const field = (name: string, value: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`--${FORM_BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
      value,
      Buffer.from('\r\n'),
    ])
  const envelope = JSON.stringify({ to, from })
  return Buffer.concat([
    field('email', raw),
    field('to', Buffer.from(to.join(', '))),
    field('from', Buffer.from(from)),
    field('envelope', Buffer.from(envelope)),
    field('sender_ip', Buffer.from('203.0.113.9')),
    field('SPF', Buffer.from('pass')),
    field('dkim', Buffer.from('{@sandbox.example : pass}')),
    field('charsets', Buffer.from('{"to":"UTF-8","from":"UTF-8","subject":"UTF-8"}')),
    Buffer.from(`--${FORM_BOUNDARY}--\r\n`),
  ])
}

/** What the SNS action of a receipt rule publishes, with its encoding set to base64. */
function receivedOf(raw: Buffer, { from, to }: Envelope, at: number) {
  const timestamp = new Date(at).toISOString()
  const verdict = { status: 'PASS' }
  return {
    notificationType: 'Received',
    mail: { timestamp, source: from, messageId: randomUUID(), destination: to },
    receipt: {
      timestamp,
      processingTimeMillis: 12,
      recipients: to,
      spamVerdict: verdict,
      virusVerdict: verdict,
      spfVerdict: verdict,
      dkimVerdict: verdict,
      dmarcVerdict: verdict,
      action: { type: 'SNS', encoding: 'BASE64' },
    },
    content: raw.toString('base64'),
  }
}

/** Hands the mail to the owner's server; 250 becomes 200, a refusal for good ends the tries like it. */
export async function sendToServer(url: string, webhook: MailWebhook): Promise<number | null> {
  const { hostname, port } = new URL(url)
  const transport = createTransport({ host: hostname, port: Number(port || 25), ignoreTLS: true })
  try {
    const { from = '', to = '' } = webhook.meta
    const raw = Buffer.from(webhook.body, 'base64')
    await transport.sendMail({ envelope: { from, to: to.split(',') }, raw })
    return 200
  } catch (error) {
    const code = (error as { responseCode?: number }).responseCode
    return code !== undefined && code >= 500 ? 202 : null
  } finally {
    transport.close()
  }
}

// SendGrid as it calls us: the signature of its webhooks, events, and the form of a mail that it received.

import { createPublicKey, verify } from 'node:crypto'
import type { Email } from 'postal-mime'
import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Inbox, InboundRequest, OpenChannel } from '../connector.ts'
import { isSameSecret } from '../signature.ts'
import { listIn } from './inbound-settings.ts'
import { type Form, readForm } from './inbound-form.ts'
import { parseMail, type ReceivedMail } from './inbound-mail.ts'
import { type Feedback, inboxOfFeedback, joinInboxes } from './inbound-status.ts'
import { effectIdIn, messageIdsIn } from './inbound-thread.ts'

const SIGNATURE = 'x-twilio-email-event-webhook-signature'
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp'
const MOST_SKEW_SECONDS = 300

/**
 * Proves that SendGrid sent it: ECDSA over the timestamp and the untouched bytes. A form is also proven by the key in its
 * address.
 * @throws {FluxoError} WEBHOOK_SIGNATURE_MISSING, WEBHOOK_SIGNATURE_INVALID, WEBHOOK_TIMESTAMP_STALE
 */
export function verifySendgrid(
  { headers, rawBody, query }: InboundRequest,
  { config, secrets }: OpenChannel,
  { now, isKeyEnough }: { now: Date; isKeyEnough: boolean },
): void {
  // Whoever knows it could leave a signature out as well.
  if (isKeyEnough && isSameSecret(query['key'] ?? '', secrets['inboundKey'] ?? '')) return
  const signature = headers[SIGNATURE]
  const timestamp = headers[TIMESTAMP]
  if (typeof signature !== 'string' || typeof timestamp !== 'string') {
    throw new FluxoError('WEBHOOK_SIGNATURE_MISSING', { field: SIGNATURE })
  }
  const seconds = /^\d{9,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  if (!(Math.abs(seconds - now.getTime() / 1000) <= MOST_SKEW_SECONDS))
    throw new FluxoError('WEBHOOK_TIMESTAMP_STALE', { field: TIMESTAMP })
  const signed = Buffer.concat([Buffer.from(timestamp), rawBody])
  const bytes = Buffer.from(signature, 'base64')
  const keys = listIn(config['sendgridPublicKey'])
  if (!keys.some((key) => isSignedWith(key, signed, bytes)))
    throw new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field: SIGNATURE })
}

function isSignedWith(key: string, signed: Buffer, signature: Buffer): boolean {
  if (key === '') return false
  try {
    const der = Buffer.from(key, 'base64')
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return publicKey.asymmetricKeyType === 'ec' && verify('sha256', signed, publicKey, signature)
  } catch {
    return false
  }
}

const EventSchema = z.looseObject({
  event: z.string(),
  email: z.string().optional(),
  timestamp: z.number().optional(),
  sg_event_id: z.string().min(1).max(200).optional(),
  sg_message_id: z.string().optional(),
  'smtp-id': z.string().optional(),
  effect_id: z.string().optional(),
  type: z.string().optional(),
  reason: z.string().optional(),
  response: z.string().optional(),
  status: z.string().optional(),
  url: z.string().optional(),
  sg_machine_open: z.boolean().optional(),
})
type SendgridEvent = z.infer<typeof EventSchema>

const NAMES: Readonly<Record<string, Feedback['what']>> = {
  processed: 'sent',
  delivered: 'delivered',
  deferred: 'deferred',
  open: 'opened',
  click: 'clicked',
  bounce: 'bounced',
  dropped: 'dropped',
  spamreport: 'complained',
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
  group_resubscribe: 'resubscribed',
}

/** What a batch of events is to us. */
export function readSendgridEvents(body: unknown, channel: OpenChannel, now: Date): Inbox {
  const list = Array.isArray(body) ? body : [body]
  return joinInboxes(
    list.map((item, index) => {
      const event = EventSchema.safeParse(item)
      const feedback = event.success ? feedbackOf(event.data, now) : null
      if (feedback) return inboxOfFeedback(feedback, channel)
      const reason = event.success ? `Unknown: ${event.data.event.slice(0, 60)}` : 'No event'
      return { arrivals: [], ignored: [{ field: `[${index}]`, reason }] }
    }),
  )
}

function feedbackOf(event: SendgridEvent, now: Date): Feedback | null {
  const named = Object.hasOwn(NAMES, event.event) ? NAMES[event.event] : undefined
  if (named === undefined || event.sg_event_id === undefined) return null
  const seconds = event.timestamp ?? now.getTime() / 1000
  const smtpId = messageIdsIn(event['smtp-id'])[0] ?? ''
  return {
    id: event.sg_event_id,
    at: new Date(Math.min(seconds * 1000, now.getTime())).toISOString(),
    what: whatOf(named, event),
    effectId: effectIdIn(event.effect_id ?? '') ?? effectIdIn(smtpId),
    providerMessageId: event.sg_message_id?.split('.')[0] || smtpId,
    recipient: (event.email ?? '').toLowerCase(),
    detail: event.url ?? event.reason ?? event.response ?? '',
    isForGood: isForGood(event),
  }
}

function whatOf(
  named: Feedback['what'],
  { type, sg_machine_open }: SendgridEvent,
): Feedback['what'] {
  if (named === 'bounced' && type === 'blocked') return 'blocked'
  return named === 'opened' && sg_machine_open === true ? 'machine_opened' : named
}

/** What it dropped because of an earlier bounce is as dead as what bounced. */
function isForGood({ event, type, reason }: SendgridEvent): boolean {
  if (event === 'bounce') return type !== 'blocked'
  return event === 'dropped' && /^(bounced|invalid)/i.test(reason ?? '')
}

/**
 * The mail in a form: whole where the setting "raw" is on, in parts else.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID
 */
export async function readSendgridForm(body: Buffer): Promise<ReceivedMail> {
  const form = await readForm(body)
  const word = (name: string): string => form.fields.get(name)?.toString() ?? ''
  const raw = form.fields.get('email')
  return {
    mail: raw ? await parseMail(raw) : await mailOfParts(form),
    recipients: recipientsIn(word('envelope')),
    verdicts: { spf: word('SPF').slice(0, 40), dkim: word('dkim').slice(0, 200) },
  }
}

const EnvelopeSchema = z.looseObject({ to: z.array(z.string()).max(100) })

function recipientsIn(envelope: string): string[] {
  return EnvelopeSchema.safeParse(jsonOf(envelope)).data?.to ?? []
}

async function mailOfParts(form: Form): Promise<Email> {
  const headers = form.fields.get('headers') ?? Buffer.alloc(0)
  const mail = await parseMail(withoutBodyHeaders(headers))
  const charsets = wordsIn(jsonOf(form.fields.get('charsets')?.toString() ?? ''))
  const contentIds = wordsIn(jsonOf(form.fields.get('content-ids')?.toString() ?? ''))
  const textOf = (name: string): string | undefined => {
    const bytes = form.fields.get(name)
    return bytes && decode(bytes, charsets[name])
  }
  const text = textOf('text')
  const html = textOf('html')
  return {
    ...mail,
    text,
    html,
    attachments: form.files.map(({ name, filename, mimeType, bytes }) => {
      const [contentId] = Object.entries(contentIds).find(([, field]) => field === name) ?? []
      return {
        filename,
        mimeType: mimeType || 'application/octet-stream',
        disposition: contentId === undefined ? 'attachment' : 'inline',
        content: new Uint8Array(bytes),
        ...(contentId !== undefined && { contentId: `<${contentId}>` }),
      }
    }),
  }
}

/** The body's own headers speak of a body that is not here. */
function withoutBodyHeaders(headers: Buffer): Buffer {
  const text = headers.toString('latin1').trim().replace(/\r?\n/g, '\r\n')
  return Buffer.from(`${text}\r\n\r\n`, 'latin1')
}

function decode(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return bytes.toString()
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function wordsIn(value: unknown): Record<string, string> {
  return z.record(z.string(), z.string()).safeParse(value).data ?? {}
}

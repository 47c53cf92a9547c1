// What SES publishes to its topic: what becomes of mails (event publishing, or the older notifications), and mails that
// it received.

import { z } from 'zod'
import type { Inbox, OpenChannel } from '../connector.ts'
import { parseMail, type ReceivedMail } from './inbound-mail.ts'
import { type Feedback, inboxOfFeedback, joinInboxes } from './inbound-status.ts'
import { effectIdIn } from './inbound-thread.ts'

const recipient = z.looseObject({
  emailAddress: z.string(),
  status: z.string().optional(),
  diagnosticCode: z.string().optional(),
})
const recipients = z.array(recipient).default([])
const timestamp = z.string().optional()
const verdict = z.looseObject({ status: z.string() }).optional()

const NoticeSchema = z.looseObject({
  eventType: z.string().optional(),
  notificationType: z.string().optional(),
  mail: z.looseObject({
    messageId: z.string(),
    timestamp: z.string().optional(),
    destination: z.array(z.string()).default([]),
    headers: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
  bounce: z
    .looseObject({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: recipients,
      timestamp,
    })
    .optional(),
  complaint: z.looseObject({ complainedRecipients: recipients, timestamp }).optional(),
  delivery: z.looseObject({ recipients: z.array(z.string()).default([]), timestamp }).optional(),
  deliveryDelay: z.looseObject({ delayedRecipients: recipients, timestamp }).optional(),
  open: z.looseObject({ timestamp, userAgent: z.string().optional() }).optional(),
  click: z.looseObject({ timestamp, link: z.string().optional() }).optional(),
  reject: z.looseObject({ reason: z.string().optional() }).optional(),
  failure: z.looseObject({ errorMessage: z.string().optional() }).optional(),
  subscription: z.looseObject({ timestamp }).optional(),
  receipt: z
    .looseObject({
      recipients: z.array(z.string()).default([]),
      action: z.looseObject({ encoding: z.string().optional() }).optional(),
      spamVerdict: verdict,
      virusVerdict: verdict,
      spfVerdict: verdict,
      dkimVerdict: verdict,
      dmarcVerdict: verdict,
    })
    .optional(),
  content: z.string().optional(),
})
type Notice = z.infer<typeof NoticeSchema>

export type SesNotice =
  | { type: 'mail'; received: ReceivedMail }
  | { type: 'feedback'; inbox: Inbox }

/**
 * Reads what SNS carried.
 * @param id of the notification: the same again has the same
 * @throws {FluxoError} WEBHOOK_BODY_INVALID for a mail that cannot be read
 */
export async function readSesNotice(
  body: unknown,
  { id, channel, now }: { id: string; channel: OpenChannel; now: Date },
): Promise<SesNotice> {
  const notice = NoticeSchema.safeParse(body)
  if (!notice.success) return put('Message', 'It is no notice of SES')
  const { data } = notice
  if (data.notificationType === 'Received') return receivedOf(data)
  const feedback = feedbackOf(data, { id, now })
  if (feedback.length === 0)
    return put('eventType', `Unknown: ${(data.eventType ?? '').slice(0, 60)}`)
  return {
    type: 'feedback',
    inbox: joinInboxes(feedback.map((one) => inboxOfFeedback(one, channel))),
  }
}

function put(field: string, reason: string): SesNotice {
  return { type: 'feedback', inbox: { arrivals: [], ignored: [{ field, reason }] } }
}

async function receivedOf({ receipt, content }: Notice): Promise<SesNotice> {
  if (content === undefined)
    return put('content', 'The receipt rule does not put the mail into the notification')
  const verdicts = verdictsOf(receipt)
  if (verdicts.virus === 'FAIL') return put('virusVerdict', 'The mail carries a virus')
  const isBase64 = receipt?.action?.encoding?.toUpperCase() === 'BASE64'
  const mail = await parseMail(Buffer.from(content, isBase64 ? 'base64' : 'utf8'))
  return { type: 'mail', received: { mail, recipients: receipt?.recipients ?? [], verdicts } }
}

function verdictsOf(receipt: Notice['receipt']) {
  const statusOf = (found: { status: string } | undefined): string | null => found?.status ?? null
  return {
    spf: statusOf(receipt?.spfVerdict),
    dkim: statusOf(receipt?.dkimVerdict),
    dmarc: statusOf(receipt?.dmarcVerdict),
    spam: statusOf(receipt?.spamVerdict),
    virus: statusOf(receipt?.virusVerdict),
  }
}

interface Told {
  what: Feedback['what']
  at: string | undefined
  /** Left out: everybody the mail went to. */
  to?: readonly {
    emailAddress: string
    status?: string | undefined
    diagnosticCode?: string | undefined
  }[]
  detail?: string
  isForGood?: boolean
}

function feedbackOf(notice: Notice, { id, now }: { id: string; now: Date }): Feedback[] {
  const told = toldBy(notice)
  if (!told) return []
  const { mail } = notice
  const header = mail.headers.find(({ name }) => name.toLowerCase() === 'x-fluxo-effect')?.value
  const tag = mail.tags['effect_id']?.[0]
  const to =
    told.to ?? mail.destination.map((emailAddress) => ({ emailAddress, diagnosticCode: undefined }))
  return to.map(({ emailAddress, diagnosticCode }, index) => ({
    id: `${id} ${index}`,
    at: timeOf(told.at, now),
    what: told.what,
    effectId: effectIdIn(tag ?? '') ?? effectIdIn(header ?? ''),
    providerMessageId: mail.messageId,
    recipient: bareAddress(emailAddress),
    detail: told.detail ?? diagnosticCode ?? '',
    isForGood: told.isForGood ?? false,
  }))
}

/** Apple's fetcher, which opens whatever is delivered. */
const MACHINE = /^Mozilla\/5\.0$/

const TELLERS: Readonly<Record<string, (notice: Notice) => Told>> = {
  Send: ({ mail }) => ({ what: 'sent', at: mail.timestamp }),
  Delivery: ({ delivery }) => ({ what: 'delivered', at: delivery?.timestamp }),
  DeliveryDelay: ({ deliveryDelay }) => ({
    what: 'deferred',
    at: deliveryDelay?.timestamp,
    to: deliveryDelay?.delayedRecipients ?? [],
  }),
  Bounce: ({ bounce }) => ({
    what: 'bounced',
    at: bounce?.timestamp,
    to: bounce?.bouncedRecipients ?? [],
    isForGood: bounce?.bounceType === 'Permanent',
  }),
  Complaint: ({ complaint }) => ({
    what: 'complained',
    at: complaint?.timestamp,
    to: complaint?.complainedRecipients ?? [],
  }),
  Open: ({ open }) => ({
    what: MACHINE.test(open?.userAgent ?? '') ? 'machine_opened' : 'opened',
    at: open?.timestamp,
  }),
  Click: ({ click }) => ({ what: 'clicked', at: click?.timestamp, detail: click?.link ?? '' }),
  Reject: ({ reject }) => ({ what: 'rejected', at: undefined, detail: reject?.reason ?? '' }),
  'Rendering Failure': ({ failure }) => ({
    what: 'rejected',
    at: undefined,
    detail: failure?.errorMessage ?? '',
  }),
  Subscription: ({ subscription }) => ({ what: 'unsubscribed', at: subscription?.timestamp }),
}

function toldBy(notice: Notice): Told | null {
  const name = notice.eventType ?? notice.notificationType ?? ''
  return Object.hasOwn(TELLERS, name) ? (TELLERS[name]?.(notice) ?? null) : null
}

function timeOf(text: string | undefined, now: Date): string {
  const at = Date.parse(text ?? '')
  return new Date(Number.isNaN(at) ? now.getTime() : Math.min(at, now.getTime())).toISOString()
}

/** `Ana <ana@example.com>` */
function bareAddress(text: string): string {
  return (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase()
}

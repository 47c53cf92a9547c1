// What becomes of a mail, in the words of SendGrid's event webhook and of SES's event publishing.

import { randomBytes } from 'node:crypto'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Mail, MailAccount, MailWebhook } from './record.ts'

export const MAIL_EVENTS = [
  'processed',
  'deferred',
  'delivered',
  'open',
  'click',
  'bounce',
  'dropped',
  'complaint',
  'unsubscribe',
] as const
export type MailEventName = (typeof MAIL_EVENTS)[number]

export interface MailEvent {
  event: MailEventName
  /** When it happened, in milliseconds since 1970. */
  at: number
  to: string
  /** Of a bounce. */
  kind: 'hard' | 'soft'
  url: string
  userAgent: string
  /** Of Apple's and Google's fetchers. */
  isMachine: boolean
  /** What the other server said. */
  diagnostic: string
  /** Given to send the same event twice. */
  id: string
}

const SENDGRID_NAMES: Partial<Record<MailEventName, string>> = { complaint: 'spamreport' }
const SES_NAMES: Partial<Record<MailEventName, string>> = {
  processed: 'Send',
  deferred: 'DeliveryDelay',
  delivered: 'Delivery',
  open: 'Open',
  click: 'Click',
  bounce: 'Bounce',
  dropped: 'Reject',
  complaint: 'Complaint',
  unsubscribe: 'Subscription',
}

export function newEventId(): string {
  return randomBytes(16).toString('base64url')
}

/** The webhook that tells of an event; null where the provider tells of none. */
export function webhookOf(
  mail: Mail,
  event: MailEvent,
  { account, dueAt }: { account: MailAccount; dueAt: number },
): MailWebhook | null {
  const rest = { id: `${event.id}-${newEventId()}`, account: account.id, dueAt, meta: {} }
  if (account.provider === 'smtp') return null
  return account.provider === 'sendgrid'
    ? { ...rest, kind: 'events', body: JSON.stringify([sendgridEvent(mail, event)]) }
    : { ...rest, kind: 'sns', body: JSON.stringify(sesEvent(mail, event)) }
}

function sendgridEvent(mail: Mail, event: MailEvent): JsonObject {
  const name = SENDGRID_NAMES[event.event] ?? event.event
  // What bounces long after it was accepted names no message id.
  const messageId = `${mail.providerMessageId}.recvd-5f5d7b9c8-0.0`
  return {
    ...mail.tags,
    email: event.to,
    timestamp: Math.floor(event.at / 1000),
    'smtp-id': `<${mail.messageId}>`,
    event: name,
    sg_event_id: event.id,
    sg_message_id: messageId,
    ...sendgridDetails(event),
  }
}

function sendgridDetails(event: MailEvent): JsonObject {
  const { kind, url, userAgent, isMachine, diagnostic } = event
  switch (event.event) {
    case 'bounce':
      return {
        type: kind === 'hard' ? 'bounce' : 'blocked',
        status: kind === 'hard' ? '5.1.1' : '4.2.2',
        reason: diagnostic,
        bounce_classification: kind === 'hard' ? 'Invalid Address' : 'Mailbox Unavailable',
      }
    case 'deferred':
      return { response: diagnostic, attempt: '1' }
    case 'delivered':
      return { response: '250 OK' }
    case 'dropped':
      return { reason: 'Bounced Address', status: '5.0.0' }
    case 'open':
      return { useragent: userAgent, ip: '203.0.113.7', sg_machine_open: isMachine }
    case 'click':
      return { url, useragent: userAgent, ip: '203.0.113.7' }
    default:
      return {}
  }
}

function sesEvent(mail: Mail, event: MailEvent): JsonObject {
  const tags = Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]]))
  return {
    eventType: SES_NAMES[event.event] ?? event.event,
    mail: {
      timestamp: mail.at,
      source: mail.from,
      sendingAccountId: '123456789012',
      messageId: mail.providerMessageId,
      destination: mail.to,
      headersTruncated: false,
      headers: [{ name: 'X-Fluxo-Effect', value: mail.effectId ?? '' }],
      commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.providerMessageId },
      tags: { 'ses:configuration-set': ['sandbox'], ...tags },
    },
    ...sesDetails(event),
  }
}

function sesDetails(event: MailEvent): JsonObject {
  const timestamp = new Date(event.at).toISOString()
  const { to, kind, url, userAgent, diagnostic } = event
  switch (event.event) {
    case 'processed':
      return { send: {} }
    case 'deferred': {
      const recipient = { emailAddress: to, status: '4.2.2', diagnosticCode: diagnostic }
      return {
        deliveryDelay: { timestamp, delayType: 'MailboxFull', delayedRecipients: [recipient] },
      }
    }
    case 'delivered':
      return {
        delivery: {
          timestamp,
          processingTimeMillis: 500,
          recipients: [to],
          smtpResponse: '250 OK',
          reportingMTA: 'a1-1.smtp-out.amazonses.com',
        },
      }
    case 'bounce':
      return { bounce: { timestamp, feedbackId: event.id, ...bounceOf({ to, kind, diagnostic }) } }
    case 'complaint':
      return {
        complaint: {
          timestamp,
          feedbackId: event.id,
          complainedRecipients: [{ emailAddress: to }],
          complaintFeedbackType: 'abuse',
          userAgent: 'Amazon SES Mailbox Simulator',
        },
      }
    case 'open':
      return { open: { timestamp, ipAddress: '203.0.113.7', userAgent } }
    case 'click':
      return {
        click: { timestamp, ipAddress: '203.0.113.7', userAgent, link: url, linkTags: null },
      }
    case 'dropped':
      return { reject: { reason: 'Bad content' } }
    case 'unsubscribe':
      return {
        subscription: {
          timestamp,
          contactList: 'sandbox',
          source: 'UnsubscribeHeader',
          newTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] },
        },
      }
  }
}

function bounceOf({ to, kind, diagnostic }: Pick<MailEvent, 'to' | 'kind' | 'diagnostic'>) {
  const isHard = kind === 'hard'
  return {
    bounceType: isHard ? 'Permanent' : 'Transient',
    bounceSubType: isHard ? 'General' : 'MailboxFull',
    bouncedRecipients: [
      {
        emailAddress: to,
        action: 'failed',
        status: isHard ? '5.1.1' : '4.2.2',
        diagnosticCode: diagnostic,
      },
    ],
    reportingMTA: 'dns; a1-1.smtp-out.amazonses.com',
  }
}

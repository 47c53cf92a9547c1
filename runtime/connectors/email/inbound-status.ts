// What became of a mail of ours, from three tongues into one: statuses that only go forward, events for the workflows,
// addresses that get no more mail.

import { createHash } from 'node:crypto'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { MessageStatus } from '#machines/contracts/event.ts'
import type { EventArrival, StatusArrival } from '../arrival.ts'
import type { Inbox, OpenChannel, Suppression } from '../connector.ts'
import { type DeliveryReport, isForGood } from './inbound-report.ts'

/** One thing that a provider tells of one mail and one recipient. */
export interface Feedback {
  /** The same thing told again has the same id. */
  id: string
  /** ISO 8601. */
  at: string
  what:
    | 'sent'
    | 'delivered'
    | 'deferred'
    | 'opened'
    | 'machine_opened'
    | 'clicked'
    | 'bounced'
    | 'blocked'
    | 'dropped'
    | 'rejected'
    | 'complained'
    | 'unsubscribed'
    | 'resubscribed'
  effectId: string | null
  /** Empty where the provider names none. */
  providerMessageId: string
  /** Lower-case. */
  recipient: string
  /** What the other server said, or the page that was clicked. */
  detail: string
  /** The address will never take mail. */
  isForGood: boolean
}

const STATUSES: Partial<Record<Feedback['what'], MessageStatus>> = {
  sent: 'sent',
  delivered: 'delivered',
  opened: 'read',
  // Who clicks has read, also where images are not loaded.
  clicked: 'read',
  bounced: 'failed',
  blocked: 'failed',
  dropped: 'failed',
  rejected: 'failed',
}
const FAILURES: Partial<Record<Feedback['what'], { code: string; message: string }>> = {
  bounced: { code: 'EMAIL_BOUNCED', message: 'The other mail server refused the mail' },
  blocked: { code: 'EMAIL_BLOCKED', message: 'The other mail server blocked the mail' },
  dropped: { code: 'EMAIL_DROPPED', message: 'The provider did not send the mail' },
  rejected: { code: 'EMAIL_REJECTED', message: 'The provider rejected the mail' },
}

/** What one thing is to us: what it changes, what workflows hear, who gets no more mail. */
export function inboxOfFeedback(feedback: Feedback, channel: OpenChannel): Inbox {
  const arrivals = [statusOf(feedback, channel), eventOf(feedback, channel)].filter(
    (arrival) => arrival !== null,
  )
  const suppressions = suppressionsOf(feedback)
  const reason = 'It changes nothing'
  return {
    arrivals,
    ignored: arrivals.length === 0 ? [{ field: feedback.what, reason }] : [],
    ...(suppressions.length > 0 && { suppressions }),
  }
}

/** Several inboxes as one, in their order. */
export function joinInboxes(inboxes: readonly Inbox[]): Inbox {
  const suppressions = inboxes.flatMap((inbox) => inbox.suppressions ?? [])
  return {
    arrivals: inboxes.flatMap(({ arrivals }) => arrivals),
    ignored: inboxes.flatMap(({ ignored }) => ignored),
    ...(suppressions.length > 0 && { suppressions }),
  }
}

function statusOf(feedback: Feedback, { id: channelId }: OpenChannel): StatusArrival | null {
  const { id, at, what, effectId, providerMessageId, detail } = feedback
  const status = STATUSES[what]
  if (status === undefined || (effectId === null && providerMessageId === '')) return null
  const failure = FAILURES[what]
  const message = detail === '' ? failure?.message : `${failure?.message}: ${detail.slice(0, 500)}`
  return {
    type: 'status',
    dedupeKey: `email:${channelId}:status:${id}`,
    occurredAt: at,
    source: 'email',
    channel: 'email',
    channelId,
    effectId,
    providerMessageId,
    status,
    error: failure ? { code: failure.code, message: message ?? failure.message } : null,
  }
}

function eventOf(feedback: Feedback, channel: OpenChannel): EventArrival | null {
  const told = eventPayloadOf(feedback)
  if (!told) return null
  return {
    type: 'event',
    dedupeKey: told.key ?? `email:${channel.id}:event:${feedback.id}`,
    occurredAt: feedback.at,
    source: 'email',
    sourceId: channel.id,
    eventId: feedback.id,
    eventType: told.type,
    address: { email: feedback.recipient },
    unknownContact: 'reject',
    payload: told.payload,
  }
}

interface Told {
  type: string
  payload: JsonObject
  /** What our own pixel and links tell of too has the key that they give it: it is told once. */
  key?: string
}

function eventPayloadOf(feedback: Feedback): Told | null {
  const { what, effectId, detail, isForGood: isHard } = feedback
  const about = { channel: 'email', messageId: null, effectId, template: null }
  switch (what) {
    case 'opened':
      return { type: 'message.opened', payload: about, ...keyOf('open', effectId) }
    case 'clicked':
      return {
        type: 'link.clicked',
        payload: { ...about, url: detail.slice(0, 2000) },
        ...keyOf('click', effectId, `:${sha256(detail).slice(0, 16)}`),
      }
    case 'bounced':
    case 'blocked': {
      const kind = isHard ? 'hard' : 'soft'
      return {
        type: 'email.bounced',
        payload: { ...about, kind, diagnostic: detail.slice(0, 500) },
      }
    }
    case 'deferred':
      return { type: 'email.deferred', payload: { ...about, diagnostic: detail.slice(0, 500) } }
    case 'complained':
      return { type: 'channel.opted_out', payload: { channel: 'email', reason: 'complaint' } }
    case 'unsubscribed':
      return { type: 'channel.opted_out', payload: { channel: 'email', reason: 'unsubscribe' } }
    case 'resubscribed':
      return { type: 'channel.opted_in', payload: { channel: 'email', reason: 'resubscribe' } }
    default:
      return null
  }
}

function suppressionsOf({
  what,
  recipient: email,
  detail,
  isForGood: isHard,
}: Feedback): Suppression[] {
  if (what === 'complained') return [{ email, reason: 'complaint', detail }]
  const isDead = isHard && (what === 'bounced' || what === 'dropped')
  return isDead ? [{ email, reason: 'hard_bounce', detail: detail.slice(0, 500) }] : []
}

/** What servers report by mail. Anybody can write such a mail: it only counts for mails that we sent to that address. */
export function inboxOfReports(
  reports: readonly DeliveryReport[],
  { channel, now, messageId }: { channel: OpenChannel; now: Date; messageId: string },
): Inbox {
  const inboxes = reports.map((report, index) => {
    const feedback = feedbackOf(report, {
      at: now.toISOString(),
      id: digestOf(`${messageId} ${index}`),
    })
    const inbox = inboxOfFeedback(feedback, channel)
    const suppressions = (inbox.suppressions ?? []).flatMap((one) =>
      report.effectId === null ? [] : [{ ...one, effectId: report.effectId }],
    )
    return { arrivals: inbox.arrivals, ignored: inbox.ignored, suppressions }
  })
  return joinInboxes(inboxes)
}

function keyOf(kind: 'open' | 'click', effectId: string | null, rest = ''): Pick<Told, 'key'> {
  return effectId === null ? {} : { key: `email:${kind}:${effectId}${rest}` }
}

/** A message id may be longer than a key. */
function digestOf(text: string): string {
  return sha256(text).slice(0, 40)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function feedbackOf(report: DeliveryReport, { at, id }: { at: string; id: string }): Feedback {
  const { recipient, action, status, diagnostic, effectId, messageId } = report
  const what = action === 'failed' ? 'bounced' : action === 'delayed' ? 'deferred' : 'delivered'
  const isHard = action === 'failed' && isForGood(status)
  const detail = `${status} ${diagnostic}`.trim()
  return {
    id,
    at,
    what,
    effectId,
    providerMessageId: messageId ?? '',
    recipient,
    detail,
    isForGood: isHard,
  }
}

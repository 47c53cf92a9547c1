// A mail that came in, whichever way: a message of a contact, the report of a server, or what a machine answered.

import { createHash } from 'node:crypto'
import PostalMime, { type Address, type Email } from 'postal-mime'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { EventArrival, MessageArrival } from '../arrival.ts'
import type { FileKeeper } from '../file-keeper.ts'
import { toStorableText } from '../json-body.ts'
import type { Inbox, OpenChannel } from '../connector.ts'
import { type AutomaticReason, automaticReasonOf, type LoopGuard } from './inbound-automatic.ts'
import { keepFiles } from './inbound-files.ts'
import { textOfHtml } from './inbound-html.ts'
import { inboxOfReports } from './inbound-status.ts'
import { readReports } from './inbound-report.ts'
import { listIn } from './inbound-settings.ts'
import { newTextOf } from './inbound-text.ts'
import { referencesOf, threadOf } from './inbound-thread.ts'

export interface ReceivedMail {
  mail: Email
  /** To whom the servers brought it; the headers may name others. */
  recipients: readonly string[]
  /** What the receiving server found, e.g. `{spf: 'pass', dkim: 'pass'}`. */
  verdicts: JsonObject
}

export interface MailContext {
  channel: OpenChannel
  now: Date
  files: FileKeeper | null
  guard: LoopGuard
}

/** Deeper or longer is nobody's letter. */
const LIMITS = { maxNestingDepth: 30, maxHeadersSize: 256 * 1024, rfc822Attachments: true } as const
const MOST_SUBJECT = 900
/** What workflows read; the rest lies in the HTML or in the file of the whole text. */
const MOST_TEXT = 16_000
const MOST_ADDRESSES = 50

/**
 * Parses a whole mail.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID
 */
export async function parseMail(raw: Buffer | string): Promise<Email> {
  try {
    return await PostalMime.parse(raw, LIMITS)
  } catch (cause) {
    throw new FluxoError('WEBHOOK_BODY_INVALID', { message: 'The mail cannot be read', cause })
  }
}

/** What a mail is to us. */
export async function readMail(received: ReceivedMail, context: MailContext): Promise<Inbox> {
  const { mail } = received
  const { channel, now, guard } = context
  const recipients = recipientsOf(received)
  const from = addressOf(mail.from)
  const reports = readReports(mail, recipients)
  if (reports.length > 0)
    return inboxOfReports(reports, { channel, now, messageId: idOf(received) })
  if (from === null) return ignored('from', 'The mail names no sender')
  const automatic = automaticReasonOf(mail, ownAddresses(channel))
  if (automatic === 'loop') return ignored('from', 'The mail is our own')
  if (automatic === 'report')
    return ignored('from', 'The report of a server says nothing that can be read')
  const isLooping = guard.isLooping(`${channel.id} ${from}`, now.getTime())
  const reason = automatic ?? (isLooping ? 'bulk' : null)
  if (reason !== null) return only(automaticReply(received, { channel, now, from, reason }))
  return only(await messageOf(received, { ...context, from, recipients }))
}

/** Addresses that are the channel's own. */
export function ownAddresses({ address, config }: OpenChannel): ReadonlySet<string> {
  const listed = listIn(config['inboundAddresses'])
  return new Set([address, ...listed].map((one) => one.toLowerCase()))
}

function only(arrival: MessageArrival | EventArrival): Inbox {
  return { arrivals: [arrival], ignored: [] }
}

function ignored(field: string, reason: string): Inbox {
  return { arrivals: [], ignored: [{ field, reason }] }
}

type Known = Pick<MailContext, 'channel' | 'now'> & { from: string }

function automaticReply(
  received: ReceivedMail,
  { channel, now, from, reason }: Known & { reason: AutomaticReason },
): EventArrival {
  const { mail } = received
  return {
    type: 'event',
    dedupeKey: `email:${channel.id}:auto:${digestOf(`${idOf(received)} ${from}`)}`,
    occurredAt: dateOf(mail, now),
    source: 'email',
    sourceId: channel.id,
    eventId: idOf(received),
    eventType: 'message.auto_replied',
    address: { email: from },
    unknownContact: 'reject',
    payload: {
      channel: 'email',
      channelId: channel.id,
      reason,
      subject: toStorableText((mail.subject ?? '').slice(0, MOST_SUBJECT)),
      effectId: threadOf(mail, recipientsOf(received)).effectIds[0] ?? null,
    },
  }
}

async function messageOf(
  received: ReceivedMail,
  { channel, now, files, from, recipients }: MailContext & { from: string; recipients: string[] },
): Promise<MessageArrival> {
  const { mail, verdicts } = received
  const messageId = idOf(received)
  const key = digestOf(`${messageId} ${from}`)
  const whole = mail.text ?? (mail.html === undefined ? '' : textOfHtml(mail.html, true))
  const shown = mail.text ?? (mail.html === undefined ? '' : textOfHtml(mail.html, false) || whole)
  const text = newTextOf(shown).slice(0, MOST_TEXT)
  const kept = await keepFiles(mail, { tenantId: channel.tenantId, key, files, whole })
  return {
    type: 'message',
    // One mail to two channels of a tenant is one message.
    dedupeKey: `email:msg:${key}`,
    occurredAt: dateOf(mail, now),
    source: 'email',
    channel: 'email',
    channelId: channel.id,
    address: { email: from },
    profileName: nameOf(mail.from),
    providerMessageId: messageId,
    kind: 'email',
    text: toStorableText(text),
    thread: threadOf(mail, recipients),
    content: storable({
      type: 'email',
      subject: (mail.subject ?? '').slice(0, MOST_SUBJECT),
      from,
      to: addressesOf(mail.to),
      cc: addressesOf(mail.cc),
      messageId,
      inReplyTo: threadIdOf(mail),
      references: referencesOf(mail),
      fullText: whole.trim().slice(0, MOST_TEXT),
      ...kept,
      verdicts,
    }),
  }
}

/** Without what PostgreSQL refuses. */
function storable(content: JsonObject): JsonObject {
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? toStorableText(value) : value
  return JSON.parse(JSON.stringify(content), clean) as JsonObject
}

function threadIdOf(mail: Email): string | null {
  return /<([^<>\s]{3,500})>/.exec(mail.inReplyTo ?? '')?.[1] ?? null
}

function recipientsOf({ mail, recipients }: ReceivedMail): string[] {
  const written = [...addressesOf(mail.to), ...addressesOf(mail.cc)]
  return [...recipients.map((one) => one.toLowerCase()), ...written]
}

/** The mail's own id; where it has none, one that the same mail always has. */
function idOf({ mail }: ReceivedMail): string {
  const own = /<?([^<>\s]{3,500})>?/.exec(mail.messageId ?? '')?.[1]
  if (own !== undefined) return toStorableText(own)
  const { from, date, subject, text, html } = mail
  return `${digestOf(JSON.stringify([from, date, subject, text, html]))}@no-message-id`
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40)
}

const DAY_MS = 24 * 3600 * 1000

/** When it was written, unless that cannot be: clocks of mail programs are what they are. */
function dateOf({ date }: Email, now: Date): string {
  const at = date === undefined ? Number.NaN : Date.parse(date)
  const isLikely = at <= now.getTime() && at > now.getTime() - 7 * DAY_MS
  return new Date(isLikely ? at : now).toISOString()
}

function addressOf(address: Address | undefined): string | null {
  const text = address?.address?.trim().toLowerCase() ?? ''
  return /^[^\s@<>]{1,200}@[^\s@<>]{1,250}$/.test(text) && text.length <= 320 ? text : null
}

function addressesOf(list: readonly Address[] | undefined): string[] {
  const flat = (list ?? []).flatMap((one) => one.group ?? [one])
  return flat
    .map(addressOf)
    .filter((one) => one !== null)
    .slice(0, MOST_ADDRESSES)
}

function nameOf(address: Address | undefined): string | null {
  const name = address?.name.trim().slice(0, 200) ?? ''
  return name === '' || name.includes('@') ? null : toStorableText(name)
}

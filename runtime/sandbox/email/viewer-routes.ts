// What a person or a script may do with the mails: look at them, write as the contact, say what becomes of one.

import { randomUUID } from 'node:crypto'
import PostalMime, { type Email } from 'postal-mime'
import { z } from 'zod'
import { parseBody, Refusal, type Reply, type Route, type SandboxRequest } from '../http.ts'
import { waitUntil } from '../wait-until.ts'
import { announceMail } from './accept.ts'
import { composeMail } from './compose.ts'
import type { MailContext } from './context.ts'
import { MAIL_EVENTS, newEventId, webhookOf } from './events.ts'
import { bounceWebhook, inboundWebhook } from './inbound.ts'
import { keysOf, sendgridPublicKey } from './keys.ts'
import { AccountSchema, type Mail, type MailAccount } from './record.ts'
import { confirmationOf } from './sns.ts'

const MAX_WAIT_MS = 60_000
const MAX_BYTES = 40 * 1024 * 1024

const MessagesQuerySchema = z.object({
  to: z.string().optional(),
  direction: z.enum(['in', 'out', 'all']).default('out'),
  atLeast: z.coerce.number().int().min(0).default(0),
  waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0),
})

const mailbox = z.email().max(320)
const InboundSchema = z
  .strictObject({
    from: mailbox,
    to: mailbox,
    name: z.string().max(200).optional(),
    cc: z.array(mailbox).max(50).optional(),
    subject: z.string().max(900).optional(),
    text: z.string().optional(),
    html: z.string().optional(),
    attachments: z
      .array(
        z.strictObject({
          filename: z.string().min(1).max(200),
          mime: z.string().min(3).max(100),
          /** Base64. */
          content: z.base64(),
          cid: z.string().max(200).optional(),
        }),
      )
      .max(50)
      .default([]),
    /** A Message-ID without angle brackets; our id of a mail that was sent, its Message-ID is taken. */
    inReplyTo: z.string().max(500).optional(),
    references: z.array(z.string().max(500)).max(50).optional(),
    messageId: z.string().max(500).optional(),
    headers: z.record(z.string().regex(/^[\w-]{1,80}$/), z.string().max(1000)).default({}),
    /** The whole mail in base64, instead of its parts. */
    raw: z.base64().optional(),
    account: z.string().optional(),
    /** How many times it is brought. */
    times: z.int().min(1).max(20).default(1),
  })
  .refine(({ text, html, raw }) => text !== undefined || html !== undefined || raw !== undefined, {
    message: 'either text, html or raw',
  })
type Inbound = z.infer<typeof InboundSchema>

const EventSchema = z.strictObject({
  /** Of a mail that was sent: the viewer's id, the provider's, its Message-ID or its effect id. */
  message: z.string().min(1).max(500),
  event: z.enum(MAIL_EVENTS),
  kind: z.enum(['hard', 'soft']).default('hard'),
  url: z.url().default('https://example.com/'),
  userAgent: z.string().max(300).default('Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15'),
  isMachine: z.boolean().default(false),
  diagnostic: z.string().max(500).default('smtp; 550 5.1.1 user unknown'),
  /** How long ago it happened. */
  agoMs: z.int().min(0).default(0),
  delayMs: z.int().min(0).default(0),
  times: z.int().min(1).max(100).default(1),
  /** The same event again has the same id. */
  id: z.string().max(100).optional(),
  /** Of SNS. */
  signatureVersion: z.enum(['1', '2']).default('2'),
})

/** Makes the routes of the contract for scripts and for the mailbox page. */
export function viewerRoutes(context: MailContext): Route[] {
  const { store, now } = context
  return [
    { method: 'GET', path: /^\/email\/messages$/, handle: (request) => list(request, context) },
    {
      method: 'GET',
      path: /^\/email\/arrivals$/,
      handle: ({ query }) => ({
        status: 200,
        body: {
          items: mailsTo(context, query.get('to'), 'out').map(({ raw: _raw, ...mail }) => mail),
        },
      }),
    },
    {
      method: 'GET',
      path: /^\/email\/messages\/(?<id>[\w-]+)\/raw$/,
      handle: ({ params }) => rawOf(params['id'] ?? '', context),
    },
    {
      method: 'POST',
      path: /^\/email\/inbound$/,
      maxBytes: MAX_BYTES,
      handle: ({ body }) => write(parseBody(InboundSchema, body), context),
    },
    { method: 'POST', path: /^\/email\/events$/, handle: ({ body }) => tell(body, context) },
    {
      method: 'POST',
      path: /^\/email\/configure$/,
      handle: ({ body }) => configure(body, context),
    },
    {
      method: 'GET',
      path: /^\/email\/keys$/,
      handle: () => ({
        status: 200,
        body: { sendgridPublicKey: sendgridPublicKey(keysOf(store, now())) },
      }),
    },
  ]
}

function mailsTo({ store }: MailContext, to: string | null, direction: string): Mail[] {
  const wanted = to?.toLowerCase() ?? null
  return store.state.mails.filter(
    (mail) =>
      (direction === 'all' || mail.direction === direction) &&
      (wanted === null ||
        (mail.direction === 'out' ? mail.to : [mail.from]).some(
          (address) => address.toLowerCase() === wanted,
        )),
  )
}

async function list({ query }: SandboxRequest, context: MailContext): Promise<Reply> {
  const asked = parseBody(MessagesQuerySchema, Object.fromEntries(query))
  const { to = null, direction, atLeast, waitMs } = asked
  const mails = (): Mail[] =>
    mailsTo(context, to, direction).filter(({ providerMessageId }) => providerMessageId !== null)
  if (waitMs > 0) await waitUntil(() => mails().length >= atLeast, { waitMs, context })
  return { status: 200, body: { items: await Promise.all(mails().map(viewOf)) } }
}

/** The mail as a mail program shows it. */
async function viewOf(mail: Mail) {
  const { raw, ...rest } = mail
  const parsed: Email = await PostalMime.parse(Buffer.from(raw, 'base64'), {
    attachmentEncoding: 'base64',
  })
  return {
    ...rest,
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? null,
    replyTo: parsed.replyTo?.map(({ address }) => address) ?? [],
    inReplyTo: parsed.inReplyTo ?? null,
    references: parsed.references ?? null,
    headers: parsed.headers.map(({ key, value }) => ({ name: key, value })),
    attachments: parsed.attachments.map((one) => ({
      filename: one.filename,
      mime: one.mimeType,
      disposition: one.disposition,
      cid: one.contentId ?? null,
      content: one.content,
    })),
  }
}

function rawOf(id: string, { store }: MailContext): Reply {
  const mail = store.state.mails.find((one) => one.id === id)
  if (!mail) throw new Refusal(404, 'No such mail')
  const headers = { 'content-type': 'message/rfc822' }
  return { status: 200, body: Buffer.from(mail.raw, 'base64'), headers }
}

async function write(inbound: Inbound, context: MailContext): Promise<Reply> {
  const account = inboundAccount(inbound.account, context)
  const messageId = inbound.messageId ?? `${randomUUID()}@${inbound.from.split('@')[1]}`
  const raw = inbound.raw ? Buffer.from(inbound.raw, 'base64') : await compose(inbound, messageId)
  const mail: Mail = {
    id: randomUUID(),
    direction: 'in',
    at: new Date(context.now()).toISOString(),
    provider: account.provider,
    account: account.id,
    from: inbound.from,
    to: [inbound.to],
    effectId: null,
    messageId,
    providerMessageId: messageId,
    tags: {},
    answer: 200,
    error: null,
    raw: raw.toString('base64'),
  }
  const webhooks = Array.from({ length: inbound.times }, () =>
    inboundWebhook(
      raw,
      { from: inbound.from, to: [inbound.to] },
      { account, dueAt: context.now() },
    ),
  )
  context.store.append([
    { type: 'mail', mail },
    ...webhooks.map((webhook) => ({ type: 'webhook' as const, webhook })),
  ])
  await announceMail(mail, context)
  const [status = null] = await Promise.all(
    webhooks.map((webhook) => context.delivery.deliver(webhook)),
  )
  return { status: 200, body: { id: mail.id, messageId, status } }
}

async function compose(inbound: Inbound, messageId: string): Promise<Buffer> {
  const { from, name, to, cc, subject, text, html, attachments, inReplyTo, headers } = inbound
  const references = inbound.references ?? (inReplyTo === undefined ? [] : [inReplyTo])
  const threading = {
    ...(inReplyTo !== undefined && { 'In-Reply-To': `<${inReplyTo}>` }),
    ...(references.length > 0 && { References: references.map((id) => `<${id}>`).join(' ') }),
  }
  return composeMail({
    from: name === undefined ? from : `"${name.replace(/["\\\r\n]/g, '')}" <${from}>`,
    to: [to],
    ...(cc && { cc }),
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    files: attachments.map(({ filename, mime, content, cid }) => ({
      filename,
      mime,
      content: Buffer.from(content, 'base64'),
      ...(cid !== undefined && { cid }),
    })),
    messageId: `<${messageId}>`,
    headers: { ...threading, ...headers },
  })
}

function inboundAccount(id: string | undefined, { store }: MailContext): MailAccount {
  const accounts = [...store.state.accounts.values()].filter(({ inbound }) => inbound !== undefined)
  const account = id === undefined ? accounts.at(-1) : accounts.find((one) => one.id === id)
  if (account) return account
  throw new Refusal(
    409,
    'No account with a way in is registered; POST /email/configure registers one',
  )
}

async function tell(body: unknown, context: MailContext): Promise<Reply> {
  const asked = parseBody(EventSchema, body)
  const mail = context.store.state.mails.find(
    (one) =>
      one.direction === 'out' &&
      [one.id, one.providerMessageId, one.messageId, one.effectId].includes(asked.message),
  )
  const account = mail && context.store.state.accounts.get(mail.account)
  if (!mail || !account) throw new Refusal(404, 'No such mail, or nobody hears of it')
  const dueAt = context.now() + asked.delayMs
  const { message: _message, agoMs, delayMs, times, signatureVersion, ...rest } = asked
  const id = asked.id ?? newEventId()
  const event = { ...rest, id, at: context.now() - agoMs, to: mail.to[0] ?? '' }
  const webhooks = Array.from({ length: times }, () => {
    const webhook =
      account.provider === 'smtp' && event.event === 'bounce' && account.inbound
        ? bounceWebhook(mail, { event, dueAt }, account)
        : webhookOf(mail, event, { account, dueAt })
    return webhook && { ...webhook, meta: { ...webhook.meta, signatureVersion } }
  }).filter((webhook) => webhook !== null)
  context.store.append(webhooks.map((webhook) => ({ type: 'webhook' as const, webhook })))
  if (delayMs > 0) {
    for (const webhook of webhooks) context.delivery.schedule(webhook)
    return { status: 200, body: { id, status: null } }
  }
  const statuses = await Promise.all(webhooks.map((webhook) => context.delivery.deliver(webhook)))
  return { status: 200, body: { id, status: statuses[0] ?? null } }
}

async function configure(body: unknown, context: MailContext): Promise<Reply> {
  return {
    status: 200,
    body: { id: await registerAccount(parseBody(AccountSchema, body), context) },
  }
}

/** Registers who sends; a topic asks its subscriber for confirmation. @returns the account's id */
export async function registerAccount(
  given: z.output<typeof AccountSchema>,
  context: MailContext,
): Promise<string> {
  const account = { ...given, id: given.id ?? given.provider }
  context.store.append([{ type: 'account', account }])
  const { topicArn, webhookUrl } = account
  if (!topicArn || !webhookUrl || context.store.state.confirmedTopics.has(topicArn))
    return account.id
  const webhook = confirmationOf(account, context.now())
  context.store.append([{ type: 'webhook', webhook }])
  await context.delivery.deliver(webhook)
  return account.id
}

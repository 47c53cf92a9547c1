// SendGrid's `POST /v3/mail/send`: checked as the API does, 202 with `X-Message-Id` and no body.

import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import { composeMail } from './compose.ts'
import type { MailContext } from './context.ts'
import { perform, type Voice } from './perform.ts'
import type { MailAccount } from './record.ts'

const PersonSchema = z.looseObject({ email: z.email(), name: z.string().optional() })
const people = z.array(PersonSchema).max(1000)
const words = z.record(z.string(), z.string())

/** Headers that SendGrid keeps for itself. */
const RESERVED =
  /^(x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i

const headers = words.refine((given) => !Object.keys(given).some((name) => RESERVED.test(name)), {
  message: 'The headers must not contain a reserved name',
})

const SendSchema = z.looseObject({
  personalizations: z
    .array(
      z.looseObject({
        to: people.min(1),
        cc: people.optional(),
        subject: z.string().min(1).optional(),
        headers: headers.optional(),
        custom_args: words.optional(),
      }),
    )
    .min(1, 'The personalizations field is required and must have at least one personalization.')
    .max(1000),
  from: PersonSchema,
  reply_to: PersonSchema.optional(),
  subject: z.string().min(1).optional(),
  content: z
    .array(z.strictObject({ type: z.string().min(1), value: z.string().min(1) }))
    .min(1)
    // "text/plain" must be first, then "text/html".
    .refine((list) => list.length < 2 || list[0]?.type === 'text/plain', {
      message: 'If present, text/plain must be first, followed by text/html',
    })
    .optional(),
  attachments: z
    .array(
      z.looseObject({
        content: z.base64(),
        filename: z.string().min(1),
        type: z.string().optional(),
        disposition: z.enum(['attachment', 'inline']).optional(),
        content_id: z.string().optional(),
      }),
    )
    .optional(),
  headers: headers.optional(),
  custom_args: words.optional(),
  template_id: z.string().optional(),
})
type SendgridSend = z.infer<typeof SendSchema>

const MAX_BYTES = 30 * 1024 * 1024
const MAX_CUSTOM_ARGS_BYTES = 10_000

/** Makes the routes; their base is `/sendgrid`. */
export function sendgridRoutes(context: MailContext): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/sendgrid\/v3\/mail\/send$/,
      maxBytes: MAX_BYTES,
      handle: (request) => send(request, context),
    },
    {
      method: 'GET',
      path: /^\/sendgrid\/v3\/scopes$/,
      handle: (request) =>
        accountOf(request, context)
          ? { status: 200, body: { scopes: ['mail.send'] } }
          : unknownKey(),
    },
  ]
}

async function send(request: SandboxRequest, context: MailContext): Promise<Reply> {
  const account = accountOf(request, context)
  if (!account) return unknownKey()
  const checked = SendSchema.safeParse(request.body)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return refuse(400, issue?.message ?? 'Bad Request', issue?.path.join('.'))
  }
  const problem = problemOf(checked.data)
  if (problem) return refuse(400, problem.message, problem.field)
  const parts = await Promise.all(
    checked.data.personalizations.map((personalization) => mailFor(checked.data, personalization)),
  )
  const messageId = randomBytes(16).toString('base64url')
  const [first, ...others] = parts.map((part) => ({
    ...part,
    provider: 'sendgrid' as const,
    account,
    providerMessageId: messageId,
  }))
  if (!first) return refuse(400, 'Bad Request')
  const reply = await perform(first, VOICE, context)
  if (reply.status === 202) for (const other of others) await perform(other, VOICE, context)
  return reply
}

function problemOf({ subject, content, template_id, personalizations, custom_args }: SendgridSend) {
  if (!content && !template_id)
    return {
      message: 'Unless a valid template_id is provided, the content parameter is required.',
      field: 'content',
    }
  if (!subject && !template_id && personalizations.some((one) => !one.subject))
    return {
      message:
        'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
      field: 'subject',
    }
  if (Buffer.byteLength(JSON.stringify(custom_args ?? {})) > MAX_CUSTOM_ARGS_BYTES)
    return { message: 'The custom_args may not exceed 10,000 bytes.', field: 'custom_args' }
  return null
}

async function mailFor(
  body: SendgridSend,
  personalization: SendgridSend['personalizations'][number],
) {
  const to = [...personalization.to, ...(personalization.cc ?? [])].map(({ email }) => email)
  const { 'Message-ID': messageId, ...rest } = { ...body.headers, ...personalization.headers }
  const valueOf = (type: string): string | undefined =>
    body.content?.find((one) => one.type.startsWith(type))?.value
  const text = valueOf('text/plain')
  const html = valueOf('text/html')
  const subject = personalization.subject ?? body.subject
  const raw = await composeMail({
    from: named(body.from),
    to: personalization.to.map(named),
    ...(body.reply_to && { replyTo: [named(body.reply_to)] }),
    ...(personalization.cc && { cc: personalization.cc.map(named) }),
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(messageId !== undefined && { messageId }),
    headers: rest,
    files: (body.attachments ?? []).map((one) => ({
      filename: one.filename,
      mime: one.type ?? 'application/octet-stream',
      content: Buffer.from(one.content, 'base64'),
      ...(one.content_id !== undefined && { cid: one.content_id }),
    })),
  })
  const tags = { ...body.custom_args, ...personalization.custom_args }
  return { from: body.from.email, to, tags, raw }
}

function named({ email, name }: z.infer<typeof PersonSchema>): string {
  return name ? `"${name.replace(/["\\\r\n]/g, '')}" <${email}>` : email
}

function accountOf(
  { headers: given }: SandboxRequest,
  { store }: MailContext,
): MailAccount | undefined {
  const key = given.authorization?.replace(/^Bearer /, '')
  const accounts = [...store.state.accounts.values()]
  const known = accounts.find(({ provider, apiKey }) => provider === 'sendgrid' && apiKey === key)
  return known ?? (key === 'SG.sandbox' ? { id: 'sendgrid', provider: 'sendgrid' } : undefined)
}

const VOICE: Voice = {
  accepted: ({ providerMessageId }) => ({
    status: 202,
    body: Buffer.alloc(0),
    headers: { 'x-message-id': providerMessageId ?? '' },
  }),
  refused: (status, retryAfter) => {
    const reply = refuse(status, status === 429 ? 'too many requests' : 'as scripted')
    const reset = String(Math.ceil(Date.now() / 1000) + (retryAfter ?? 1))
    return {
      ...reply,
      ...(status === 429 && {
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      }),
      ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
    }
  },
}

function unknownKey(): Reply {
  return refuse(401, 'The provided authorization grant is invalid, expired, or revoked')
}

function refuse(status: number, message: string, field: string | null = null): Reply {
  return { status, body: { errors: [{ message, field, help: null }] } }
}

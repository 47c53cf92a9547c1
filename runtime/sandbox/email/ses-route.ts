// SES's `POST /v2/email/outbound-emails`: signed, raw or simple, its own message id.

import { randomBytes } from 'node:crypto'
import PostalMime from 'postal-mime'
import { z } from 'zod'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import { composeMail } from './compose.ts'
import type { MailContext } from './context.ts'
import { perform, type Voice } from './perform.ts'
import type { MailAccount } from './record.ts'
import { checkSigV4, type SignatureProblem } from './sigv4.ts'

const text = z.looseObject({ Data: z.string(), Charset: z.string().optional() })
const addresses = z.array(z.string().min(3)).max(50).default([])

const SendSchema = z.looseObject({
  FromEmailAddress: z.string().min(3).optional(),
  Destination: z
    .looseObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses })
    .optional(),
  ReplyToAddresses: addresses,
  ConfigurationSetName: z.string().optional(),
  EmailTags: z
    .array(
      z.strictObject({
        Name: z.string().regex(/^[\w-]{1,256}$/),
        Value: z.string().regex(/^[\w-]{1,256}$/),
      }),
    )
    .max(50)
    .default([]),
  Content: z.union([
    z.looseObject({ Raw: z.looseObject({ Data: z.base64().min(4) }) }),
    z.looseObject({
      Simple: z.looseObject({
        Subject: text,
        Body: z.looseObject({ Text: text.optional(), Html: text.optional() }),
        Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
        Attachments: z
          .array(
            z.looseObject({
              RawContent: z.base64(),
              FileName: z.string(),
              ContentType: z.string().optional(),
              ContentId: z.string().optional(),
            }),
          )
          .default([]),
      }),
    }),
  ]),
})
type SesSend = z.infer<typeof SendSchema>

const MAX_BYTES = 40 * 1024 * 1024

/** Makes the routes; their base is `/ses`. */
export function sesRoutes(context: MailContext): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/ses\/v2\/email\/outbound-emails$/,
      maxBytes: MAX_BYTES,
      handle: (request) => send(request, context),
    },
    {
      method: 'GET',
      path: /^\/ses\/v2\/email\/account$/,
      handle: (request) => {
        const signed = signedBy(request, context)
        return 'problem' in signed
          ? refuseSignature(signed.problem)
          : { status: 200, body: ACCOUNT }
      },
    },
  ]
}

const ACCOUNT = {
  SendingEnabled: true,
  ProductionAccessEnabled: true,
  EnforcementStatus: 'HEALTHY',
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
}

function signedBy(
  request: SandboxRequest,
  context: MailContext,
): { account: MailAccount } | { problem: SignatureProblem } {
  const find = (key: string): MailAccount | undefined => accountOf(context, key)
  const signed = checkSigV4(request, (key) => find(key)?.secretAccessKey, context.now())
  if (!signed.ok) return { problem: signed.problem }
  const account = find(signed.credential.accessKeyId)
  return account ? { account } : { problem: 'UnrecognizedClientException' }
}

function refuseSignature(problem: SignatureProblem): Reply {
  return refuse(403, problem, 'The request signature does not match')
}

async function send(request: SandboxRequest, context: MailContext): Promise<Reply> {
  const signed = signedBy(request, context)
  if ('problem' in signed) return refuseSignature(signed.problem)
  const { account } = signed
  const checked = SendSchema.safeParse(request.body)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return refuse(400, 'BadRequestException', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const raw = await rawOf(checked.data)
  const { from, to } = await envelopeOf(checked.data, raw)
  if (to.length === 0) return refuse(400, 'BadRequestException', 'Missing destination')
  const tags = Object.fromEntries(checked.data.EmailTags.map(({ Name, Value }) => [Name, Value]))
  const providerMessageId = `0100${randomBytes(6).toString('hex')}-${randomBytes(16).toString('hex')}-000000`
  return perform(
    { provider: 'ses', account, from, to, tags, raw, providerMessageId },
    VOICE,
    context,
  )
}

async function rawOf({ Content, FromEmailAddress, Destination, ReplyToAddresses }: SesSend) {
  if ('Raw' in Content) return Buffer.from((Content as RawContent).Raw.Data, 'base64')
  const { Subject, Body, Headers, Attachments } = (Content as SimpleContent).Simple
  return composeMail({
    from: FromEmailAddress ?? '',
    to: Destination?.ToAddresses ?? [],
    cc: Destination?.CcAddresses ?? [],
    replyTo: ReplyToAddresses,
    subject: Subject.Data,
    ...(Body.Text && { text: Body.Text.Data }),
    ...(Body.Html && { html: Body.Html.Data }),
    headers: Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
    files: Attachments.map(({ RawContent, FileName, ContentType, ContentId }) => ({
      filename: FileName,
      mime: ContentType ?? 'application/octet-stream',
      content: Buffer.from(RawContent, 'base64'),
      ...(ContentId !== undefined && { cid: ContentId }),
    })),
  })
}

type RawContent = Extract<SesSend['Content'], { Raw: unknown }>
type SimpleContent = Extract<SesSend['Content'], { Simple: unknown }>

async function envelopeOf({ FromEmailAddress, Destination }: SesSend, raw: Buffer) {
  const mail = await PostalMime.parse(raw)
  const named = [
    ...(Destination?.ToAddresses ?? []),
    ...(Destination?.CcAddresses ?? []),
    ...(Destination?.BccAddresses ?? []),
  ].map(bareAddress)
  const written = [...(mail.to ?? []), ...(mail.cc ?? [])].flatMap(({ address }) => address ?? [])
  const from = FromEmailAddress ?? mail.from?.address ?? ''
  return { from: bareAddress(from), to: named.length > 0 ? named : written }
}

function bareAddress(text: string): string {
  return /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text
}

function accountOf({ store }: MailContext, key: string): MailAccount | undefined {
  const accounts = [...store.state.accounts.values()]
  const known = accounts.find((one) => one.provider === 'ses' && one.accessKeyId === key)
  const usual = {
    id: 'ses',
    provider: 'ses',
    accessKeyId: key,
    secretAccessKey: 'sandbox',
  } as const
  return known ?? (key === 'AKIASANDBOX' ? usual : undefined)
}

const VOICE: Voice = {
  accepted: ({ providerMessageId }) => ({ status: 200, body: { MessageId: providerMessageId } }),
  refused: (status, retryAfter) => {
    const type =
      status === 429
        ? 'TooManyRequestsException'
        : status >= 500
          ? 'InternalServiceErrorException'
          : 'MessageRejected'
    const reply = refuse(status, type, 'As scripted')
    const headers = { ...reply.headers, ...(retryAfter && { 'retry-after': String(retryAfter) }) }
    return { ...reply, headers }
  },
}

function refuse(status: number, type: string, message: string): Reply {
  return { status, body: { message }, headers: { 'x-amzn-errortype': type } }
}

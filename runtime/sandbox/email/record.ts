// What the stand-in for the mail providers remembers, one JSON line each, written before the answer leaves.

import { z } from 'zod'

export const MAIL_PROVIDERS = ['smtp', 'sendgrid', 'ses'] as const
export type MailProvider = (typeof MAIL_PROVIDERS)[number]

const word = z.string().min(1).max(1000)

/** Who sends through one of the providers, and where what becomes of it is told. */
export const AccountSchema = z.strictObject({
  /** Left out: the provider's name. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  provider: z.enum(MAIL_PROVIDERS),
  /** SendGrid. */
  apiKey: word.optional(),
  /** SES. */
  accessKeyId: word.optional(),
  secretAccessKey: word.optional(),
  /** SMTP; left out: nobody has to sign in. */
  user: word.optional(),
  password: word.optional(),
  /** The SNS topic of SES's events and mails. */
  topicArn: z
    .string()
    .regex(/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/)
    .optional(),
  /** Where events go: SendGrid's event webhook, the subscription of the topic. */
  webhookUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** How mails of contacts come: SendGrid's parse webhook, the topic, or a mail server. */
  inbound: z
    .strictObject({
      via: z.enum(MAIL_PROVIDERS),
      url: z.url({ protocol: /^(https?|smtp)$/ }),
    })
    .optional(),
})
export type AccountInput = z.input<typeof AccountSchema>
export type MailAccount = z.output<typeof AccountSchema> & { id: string }

/** A mail that was handed in, taken or not, or that a contact wrote. */
export const MailSchema = z.object({
  id: z.string(),
  direction: z.enum(['in', 'out']),
  /** ISO 8601. */
  at: z.string(),
  provider: z.enum(MAIL_PROVIDERS),
  account: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  effectId: z.string().nullable(),
  /** Without angle brackets. */
  messageId: z.string().nullable(),
  /** Set when it was taken. */
  providerMessageId: z.string().nullable(),
  /** `custom_args` of SendGrid, `EmailTags` of SES. */
  tags: z.record(z.string(), z.string()),
  /** What was answered: a status, or how the connection ended. */
  answer: z.union([z.int(), z.enum(['reset before', 'reset after'])]),
  error: z.string().nullable(),
  /** The whole mail in base64. */
  raw: z.string(),
})
export type Mail = z.infer<typeof MailSchema>

/** What has to reach somebody: events, mails of contacts, confirmations of a topic. */
export const WebhookSchema = z.object({
  id: z.string(),
  account: z.string(),
  /** Milliseconds since 1970. */
  dueAt: z.number(),
  kind: z.enum(['events', 'parse', 'sns', 'confirm', 'smtp']),
  /** Text, or base64 where it is a mail or a form. */
  body: z.string(),
  /** Of a form, a mail's envelope, a notification's own id. */
  meta: z.record(z.string(), z.string()),
})
export type MailWebhook = z.infer<typeof WebhookSchema>

/** PEM: what SendGrid and SNS sign with here. */
const KeysSchema = z.object({
  sendgrid: z.string(),
  sns: z.string(),
  certificate: z.string(),
})
export type MailKeys = z.infer<typeof KeysSchema>

export const RecordSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('account'), account: AccountSchema.extend({ id: z.string() }) }),
  z.object({ type: z.literal('mail'), mail: MailSchema }),
  z.object({ type: z.literal('webhook'), webhook: WebhookSchema }),
  z.object({ type: z.literal('delivered'), id: z.string() }),
  z.object({ type: z.literal('confirmed'), topicArn: z.string() }),
  z.object({ type: z.literal('keys'), keys: KeysSchema }),
  z.object({ type: z.literal('port'), port: z.int() }),
])
export type MailRecord = z.infer<typeof RecordSchema>

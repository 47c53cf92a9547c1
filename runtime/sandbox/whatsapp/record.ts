// What the sandbox remembers, one JSON line each. Written before the answer leaves, so a kill -9 loses nothing.

import { z } from 'zod'

const JsonObject = z.record(z.string(), z.json())

/** A WhatsApp number that somebody registered. */
export const NumberSchema = z.strictObject({
  phoneNumberId: z.string().regex(/^[\w-]{1,64}$/),
  accessToken: z.string().min(1).max(1000),
  appSecret: z.string().min(1).max(1000),
  webhookUrl: z.url({ protocol: /^https?$/ }),
  displayPhoneNumber: z.string().max(40).default('+55 11 4000-0000'),
  /** Of the WhatsApp Business account; default `waba-<phoneNumberId>`. */
  wabaId: z.string().min(1).max(100).optional(),
  /** When given, sends of other templates, or with another count of parameters, are refused. */
  templates: z
    .array(
      z.strictObject({
        name: z.string().max(512),
        language: z.string().max(20),
        /** Text with `{{1}}`, `{{2}}`, … */
        body: z.string().max(1024),
      }),
    )
    .max(1000)
    .optional(),
})
export type SandboxNumber = z.infer<typeof NumberSchema>
export type SandboxNumberInput = z.input<typeof NumberSchema>

/** A request to send, taken or not. */
export const ArrivalSchema = z.object({
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  phoneNumberId: z.string(),
  /** Digits, as it was written. */
  to: z.string().nullable(),
  kind: z.string().nullable(),
  /** The words, as a person would read them. */
  text: z.string(),
  /** `biz_opaque_callback_data`. */
  effectId: z.string().nullable(),
  /** Set when it was accepted. */
  wamid: z.string().nullable(),
  /** What was answered: a status, or how the connection ended. */
  answer: z.union([z.int(), z.enum(['reset before', 'reset after'])]),
  /** Meta's error code. */
  error: z.int().nullable(),
  body: z.json(),
})
export type SandboxArrival = z.infer<typeof ArrivalSchema>

/** A webhook that has to reach the number's owner. */
export const WebhookSchema = z.object({
  id: z.string(),
  phoneNumberId: z.string(),
  /** Milliseconds since 1970. */
  dueAt: z.number(),
  body: JsonObject,
})
export type SandboxWebhook = z.infer<typeof WebhookSchema>

/** A file, uploaded or sent by a contact. */
export const MediaSchema = z.object({
  id: z.string(),
  phoneNumberId: z.string(),
  mimeType: z.string(),
  filename: z.string().nullable(),
  base64: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
})
export type SandboxMedia = z.infer<typeof MediaSchema>

/** A template of an account. */
const TemplateSchema = z.object({
  id: z.string(),
  wabaId: z.string(),
  name: z.string(),
  language: z.string(),
  category: z.string(),
  components: z.array(JsonObject),
  parameterFormat: z.enum(['NAMED', 'POSITIONAL']),
  status: z.string(),
  quality: z.string(),
  reason: z.string(),
})
export type SandboxTemplate = z.infer<typeof TemplateSchema>

export const RecordSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('number'), number: NumberSchema }),
  z.object({ type: z.literal('arrival'), arrival: ArrivalSchema }),
  z.object({ type: z.literal('webhook'), webhook: WebhookSchema }),
  z.object({ type: z.literal('media'), media: MediaSchema }),
  z.object({ type: z.literal('template'), template: TemplateSchema }),
  z.object({ type: z.literal('templateGone'), id: z.string() }),
  z.object({ type: z.literal('delivered'), id: z.string() }),
])
export type SandboxRecord = z.infer<typeof RecordSchema>

// Commands as they may be written by hand: what a person corrects in one that failed before it is sent again.

import { z } from 'zod'
import { ContactPatchSchema, PURPOSE_PATTERN } from './contact.ts'
import type { Command, SubflowCommand } from './effect.ts'
import { EMAIL_COMMANDS } from './email-command-schema.ts'
import { JsonObjectSchema, JsonSchema } from './json.ts'
import {
  fileFields,
  hasOneFile,
  TEMPLATE_FILLING,
  WHATSAPP_ONLY,
} from './whatsapp-command-schema.ts'
import { charactersOf, WHATSAPP_LIMITS, WHATSAPP_MEDIA } from './whatsapp-limits.ts'

/** What waits in the outbox: a subflow never does. */
export type OutboxCommand = Exclude<Command, SubflowCommand>

const MAX_VALUE = 8192
const { buttons, list } = WHATSAPP_LIMITS

function upTo(max: number): z.ZodType<string> {
  return z
    .string()
    .min(1)
    .refine((text) => charactersOf(text) <= max, { message: `at most ${max} characters` })
}

const purpose = z.string().regex(PURPOSE_PATTERN).exactOptional()
const name = z.string().min(1).max(512)
const template = {
  template: name,
  language: z.string().min(2).max(20).nullable(),
  vars: z.record(z.string().max(100), z.string().max(MAX_VALUE)),
  purpose,
}
const surrounding = {
  header: upTo(WHATSAPP_LIMITS.header).nullable(),
  footer: upTo(WHATSAPP_LIMITS.footer).nullable(),
  purpose,
}
const url = z.url({ protocol: /^https?$/ }).max(WHATSAPP_LIMITS.link)
const minConfidence = z.number().min(0).max(1).nullable()

const SectionSchema = z.strictObject({
  title: upTo(list.sectionTitle).nullable(),
  rows: z
    .array(
      z.strictObject({
        id: upTo(list.id),
        title: upTo(list.rowTitle),
        description: upTo(list.rowDescription).nullable(),
      }),
    )
    .min(1)
    .max(list.rows),
})

const MESSAGES = [
  z.strictObject({
    kind: z.literal('whatsapp.send_text'),
    text: upTo(WHATSAPP_LIMITS.text),
    previewUrl: z.boolean(),
    replyTo: name.exactOptional(),
    purpose,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.send_template'),
    ...template,
    ...TEMPLATE_FILLING,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.send_buttons'),
    body: upTo(buttons.body),
    buttons: z
      .array(z.strictObject({ id: upTo(buttons.id), title: upTo(buttons.title) }))
      .min(1)
      .max(buttons.count),
    ...surrounding,
  }),
  z.strictObject({
    kind: z.literal('whatsapp.send_list'),
    body: upTo(list.body),
    button: upTo(list.button),
    sections: z.array(SectionSchema).min(1).max(list.sections),
    ...surrounding,
  }),
  z
    .strictObject({
      kind: z.literal('whatsapp.send_media'),
      media: z.enum(WHATSAPP_MEDIA),
      ...fileFields,
      caption: upTo(WHATSAPP_LIMITS.caption).nullable(),
      filename: upTo(WHATSAPP_LIMITS.filename).nullable(),
      purpose,
    })
    .refine(hasOneFile, { path: ['link'], message: 'either a link or a file' }),
  ...WHATSAPP_ONLY,
  ...EMAIL_COMMANDS,
] as const

const OTHERS = [
  z.strictObject({ kind: z.literal('contact.upsert'), patch: ContactPatchSchema }),
  z.strictObject({
    kind: z.enum(['tag.add', 'tag.remove']),
    tags: z.array(z.string().min(1).max(100)).min(1).max(100),
  }),
  z.strictObject({
    kind: z.literal('crm.create_deal'),
    deal: z.strictObject({
      title: z.string().min(1).max(300),
      value: z.number().nullable(),
      currency: z.string().regex(/^[A-Z]{3}$/),
      stage: z.string().max(200).nullable(),
      fields: JsonObjectSchema,
    }),
  }),
  z.strictObject({
    kind: z.literal('ai.classify'),
    input: z.string(),
    intents: z.array(z.string().min(1).max(200)).min(1),
    minConfidence,
    keywords: z.record(z.string().max(200), z.array(z.string().max(100)).max(50)).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('ai.reply'),
    input: z.string(),
    instructions: z.string().nullable(),
    minConfidence,
  }),
  z.strictObject({
    kind: z.literal('ai.extract'),
    input: z.string(),
    schema: JsonObjectSchema,
    minConfidence,
  }),
  z.strictObject({
    kind: z.literal('webhook.call'),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url,
    headers: z.record(z.string().max(200), z.string().max(MAX_VALUE)),
    body: JsonSchema,
    timeoutMs: z.number().int().min(1).max(30_000),
  }),
  z.strictObject({
    kind: z.literal('whatsapp.fetch_media'),
    channelId: name,
    messageId: name,
    mediaId: name,
    url: url.nullable(),
    media: z.string().min(1).max(60),
    mimeType: z.string().max(300).nullable(),
    filename: z.string().max(1000).nullable(),
  }),
  z.strictObject({ kind: z.literal('transform.json'), expression: z.string(), input: JsonSchema }),
] as const

/** A whole command with the limits of whom it goes to, in characters and counts. */
export const CommandSchema: z.ZodType<OutboxCommand> = z.discriminatedUnion('kind', [
  ...MESSAGES,
  ...OTHERS,
])

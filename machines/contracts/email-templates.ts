// E-mail templates and their partials over the wire.

import { z } from 'zod'
import { EMAIL_LIMITS } from './email-command.ts'
import { idSchema } from './ids.ts'

const name = z.string().regex(/^[a-z0-9_]{1,512}$/)
const language = z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/)
const source = z.string().max(EMAIL_LIMITS.source)

export const LETTER_HINTS = [
  'EMAIL_TOO_LARGE',
  'EMAIL_CLIPPED',
  'SUBJECT_EMPTY',
  'SUBJECT_TOO_LONG',
  'SUBJECT_CUT',
  'ELEMENTS_DROPPED',
  'LINKS_UNSAFE',
  'IMAGES_WITHOUT_ALT',
  'IMAGES_WITHOUT_HTTPS',
  'UNSUBSCRIBE_MISSING',
] as const

export const LetterHintSchema = z.object({
  code: z.enum(LETTER_HINTS),
  /** `error`: it cannot be sent so. */
  level: z.enum(['error', 'warning', 'info']),
  /** Bytes, characters or elements. */
  count: z.number(),
})
export type LetterHint = z.infer<typeof LetterHintSchema>

/** Whether opening and clicking are told to workflows, as far as channel and contact allow. */
const TrackingSchema = z.object({ opens: z.boolean(), clicks: z.boolean() })

export const EmailTemplateDraftSchema = z.object({
  subject: source.max(2_000),
  html: source,
  /** Null: made from the HTML. */
  text: source.nullable(),
  tracking: TrackingSchema,
})
export type EmailTemplateDraft = z.infer<typeof EmailTemplateDraftSchema>

export const EmailTemplateSaveSchema = EmailTemplateDraftSchema.extend({ name, language })
export type EmailTemplateSave = z.infer<typeof EmailTemplateSaveSchema>

export const EmailTemplateSchema = EmailTemplateSaveSchema.extend({
  id: idSchema('template'),
  /** What a node gives it. */
  variables: z.array(z.string()),
  updatedAt: z.string(),
})
export type EmailTemplate = z.infer<typeof EmailTemplateSchema>

const ItemSchema = EmailTemplateSchema.pick({
  id: true,
  name: true,
  language: true,
  subject: true,
  variables: true,
  updatedAt: true,
})
export type EmailTemplateItem = z.infer<typeof ItemSchema>
export const EmailTemplateListSchema = z.object({ items: z.array(ItemSchema) })

export const EmailPartialSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/),
  html: source,
})
export type EmailPartial = z.infer<typeof EmailPartialSchema>
export const EmailPartialListSchema = z.object({ items: z.array(EmailPartialSchema) })

export const EmailPreviewRequestSchema = EmailTemplateDraftSchema.extend({
  language,
  /** Whose facts it is shown with; left out: those of a made-up person. */
  contactId: idSchema('contact').optional(),
  /** Values of variables; one that is left out is shown by its name. */
  vars: z.record(z.string().max(100), z.string().max(8192)).default({}),
})
export type EmailPreviewRequest = z.infer<typeof EmailPreviewRequestSchema>

export const EmailPreviewSchema = z.object({
  /** Why it cannot be rendered; then the rest is empty. */
  problems: z.array(z.object({ field: z.enum(['subject', 'html', 'text']), message: z.string() })),
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  variables: z.array(z.string()),
  /** Bytes of the finished HTML. */
  bytes: z.number(),
  hints: z.array(LetterHintSchema),
})
export type EmailPreview = z.infer<typeof EmailPreviewSchema>

export const EmailTestRequestSchema = EmailPreviewRequestSchema.extend({
  to: z.email().max(EMAIL_LIMITS.address),
})
export type EmailTestRequest = z.infer<typeof EmailTestRequestSchema>

export const EmailTestReplySchema = z.object({
  outcome: z.enum(['accepted', 'retry', 'failed', 'uncertain']),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type EmailTestReply = z.infer<typeof EmailTestReplySchema>

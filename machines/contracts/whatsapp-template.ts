// Templates of WhatsApp as people write and see them: what they hold, what Meta says of them, what it would refuse.

import { z } from 'zod'

export const TEMPLATE_CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION'] as const
export type TemplateCategory = (typeof TEMPLATE_CATEGORIES)[number]

/** `DRAFT` is ours alone; the others are Meta's. */
export const TEMPLATE_STATUSES = [
  'DRAFT',
  'PENDING',
  'APPROVED',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'FLAGGED',
  'IN_APPEAL',
  'LIMIT_EXCEEDED',
  'LOCKED',
  'ARCHIVED',
  'PENDING_DELETION',
  'DELETED',
] as const
export type TemplateStatus = (typeof TEMPLATE_STATUSES)[number]

export const TEMPLATE_QUALITIES = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN'] as const
export type TemplateQuality = (typeof TEMPLATE_QUALITIES)[number]

/** Statuses under which Meta refuses every send; what it still judges is left to it. */
const BLOCKED: ReadonlySet<string> = new Set([
  'DRAFT',
  'REJECTED',
  'PAUSED',
  'DISABLED',
  'ARCHIVED',
  'PENDING_DELETION',
  'DELETED',
])

/** True where a send would surely be refused. */
export function isBlockedStatus(status: string): boolean {
  return BLOCKED.has(status)
}

const Text = z.string().max(5000)
const Examples = z.record(z.string().max(100), Text)

export const TemplateHeaderPartSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: Text, example: Text.nullable() }),
  z.strictObject({
    type: z.enum(['image', 'video', 'document']),
    /** What Meta gave for an uploaded example; null where none was uploaded. */
    handle: Text.nullable(),
    /** One of the tenant's files, to be uploaded as the example. */
    mediaId: z.string().max(200).nullable().default(null),
  }),
  z.strictObject({ type: z.literal('location') }),
])
export type TemplateHeaderPart = z.infer<typeof TemplateHeaderPartSchema>

export const TemplateButtonSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('quick_reply'), text: Text }),
  z.strictObject({
    type: z.literal('url'),
    text: Text,
    /** May end with one placeholder. */
    url: Text,
    example: Text.nullable(),
  }),
  z.strictObject({ type: z.literal('phone_number'), text: Text, phone: z.string().max(40) }),
  z.strictObject({ type: z.literal('copy_code'), example: Text }),
])
export type TemplateButton = z.infer<typeof TemplateButtonSchema>

/** What a template says. */
export const TemplateContentSchema = z.strictObject({
  header: TemplateHeaderPartSchema.nullable(),
  body: Text,
  /** Placeholder of the body to a value as it could be sent. */
  examples: Examples,
  footer: Text.nullable(),
  buttons: z.array(TemplateButtonSchema).max(20),
})
export type TemplateContent = z.infer<typeof TemplateContentSchema>

/** A template to be created. */
export const TemplateDraftSchema = TemplateContentSchema.extend({
  name: z.string().min(1).max(600),
  language: z.string().min(2).max(20),
  category: z.enum(TEMPLATE_CATEGORIES),
})
export type TemplateDraft = z.infer<typeof TemplateDraftSchema>

const Words = z.object({ 'pt-BR': z.string(), en: z.string() })

export const TemplateItemSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    language: z.string(),
    category: z.string(),
    status: z.string(),
    /** True where a send is surely refused now. */
    blocked: z.boolean(),
    /** Why Meta decided so, in its code and in words. */
    reason: z.object({ code: z.string(), words: Words }).nullable(),
    quality: z.string(),
    /** Meta moves it into this category at that time, which is 24 hours after it said so. */
    categoryChange: z.object({ to: z.string(), at: z.string() }).nullable(),
    /** Until when Meta holds it back. */
    pausedUntil: z.string().nullable(),
    content: TemplateContentSchema,
    /** Placeholders of the body in order. */
    variables: z.array(z.string()),
    /** Parts that this page cannot show, by Meta's names. */
    otherParts: z.array(z.string()),
    submittedAt: z.string().nullable(),
    syncedAt: z.string().nullable(),
    updatedAt: z.string(),
  })
  .meta({ id: 'WhatsAppTemplate' })
export type TemplateItem = z.infer<typeof TemplateItemSchema>

export const TemplateListSchema = z.object({
  items: z.array(TemplateItemSchema),
  nextCursor: z.string().nullable(),
  /** False where no channel says which account the templates belong to. */
  canSubmit: z.boolean(),
})
export type TemplateList = z.infer<typeof TemplateListSchema>

export const TemplateSyncSchema = z.object({
  /** Templates that Meta has. */
  found: z.number(),
  added: z.number(),
  changed: z.number(),
  /** Ours that Meta does not have any more. */
  gone: z.number(),
  /** Where the next part begins; null at the end. */
  next: z.string().nullable(),
})
export type TemplateSync = z.infer<typeof TemplateSyncSchema>

export const TemplateSyncRequestSchema = z.strictObject({
  /** What the part before gave. */
  next: z.string().max(2000).nullable().default(null),
})

/** Placeholders of a text in order, each once. */
export function placeholdersIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), ([, name = '']) => name))]
}

export const PLACEHOLDER = /\{\{\s*([^{}\s]+)\s*\}\}/g

/** True where they go by name, as Meta's `parameter_format` says. */
export function areNamed(variables: readonly string[]): boolean {
  return variables.some((name) => !/^\d+$/.test(name))
}

// How a tenant's model is set up, and what it has used, over HTTP. The key goes in and never comes out.

import { z } from 'zod'

/** A model's name as the provider has it, e.g. `gemini-3.5-flash`; it becomes a part of an address. */
export const MODEL_PATTERN = /^[a-z0-9][a-z0-9.-]{0,79}$/
export const DEFAULT_MODEL = 'gemini-3.5-flash'
export const MAX_CATALOGUE = 200
const MAX_CATALOGUE_CHARS = 40_000

export const CatalogueEntrySchema = z.strictObject({
  /** What an answer cites. */
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'letters a to z, digits, - and _'),
  title: z.string().trim().min(1).max(120),
  text: z.string().trim().min(1).max(2000),
})
export type CatalogueEntry = z.infer<typeof CatalogueEntrySchema>

const CatalogueSchema = z
  .array(CatalogueEntrySchema)
  .max(MAX_CATALOGUE)
  .refine((entries) => new Set(entries.map(({ id }) => id)).size === entries.length, {
    message: 'each id once',
  })
  .refine((entries) => JSON.stringify(entries).length <= MAX_CATALOGUE_CHARS, {
    message: `at most ${MAX_CATALOGUE_CHARS} characters in all`,
  })

export const AiSetupSchema = z.strictObject({
  model: z.string().regex(MODEL_PATTERN),
  /** Who the assistant is and how it speaks. */
  persona: z.string().trim().max(4000),
  /** What it may speak about; none: everything that the catalogue holds. */
  allowedTopics: z.array(z.string().trim().min(1).max(80)).max(30),
  /** The only facts that it may tell. */
  catalogue: CatalogueSchema,
  /** Tokens in a calendar month; null: no cap. */
  monthlyTokenCap: z.number().int().min(1).max(1e12).nullable(),
  /** Part of the cap at which people are warned. */
  warnPercent: z.number().int().min(1).max(100),
  /** For nodes that name none of their own. */
  minConfidence: z.number().min(0).max(1),
  /** How many of the contact's messages go along. */
  historyMessages: z.number().int().min(0).max(20),
  /** How long an answer to the same question is used again; 0: never. */
  cacheHours: z.number().int().min(0).max(720),
  /** From which harm on the provider refuses. */
  safety: z.enum(['BLOCK_ONLY_HIGH', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_LOW_AND_ABOVE']),
})
export type AiSetup = z.infer<typeof AiSetupSchema>

/** Of a tenant that never set anything. */
export const DEFAULT_SETUP: Readonly<AiSetup> = Object.freeze({
  model: DEFAULT_MODEL,
  persona: '',
  allowedTopics: [],
  catalogue: [],
  monthlyTokenCap: null,
  warnPercent: 80,
  minConfidence: 0.6,
  historyMessages: 6,
  cacheHours: 24,
  safety: 'BLOCK_MEDIUM_AND_ABOVE',
})

export const AiSettingsSchema = AiSetupSchema.extend({
  /** Whether there is a key; which one is never told. */
  hasKey: z.boolean(),
  /** Null: nobody has set anything yet. */
  updatedAt: z.string().nullable(),
}).meta({ id: 'AiSettings' })
export type AiSettings = z.infer<typeof AiSettingsSchema>

const KeySchema = z
  .string()
  .trim()
  .min(8)
  .max(300)
  .regex(/^[\x21-\x7e]+$/)

export const AiSettingsEditSchema = AiSetupSchema.extend({
  /** Left out: it stays; null: it is removed. */
  key: KeySchema.nullable().optional(),
})
export type AiSettingsEdit = z.infer<typeof AiSettingsEditSchema>

/** What is tried; what is left out is what is kept. */
export const AiTestRequestSchema = z.strictObject({
  model: z.string().regex(MODEL_PATTERN).optional(),
  key: KeySchema.optional(),
})
export type AiTestRequest = z.infer<typeof AiTestRequestSchema>

export const AiTestReplySchema = z.object({
  ok: z.boolean(),
  /** AI_NOT_CONFIGURED, AI_KEY_REFUSED, AI_MODEL_UNKNOWN, AI_BLOCKED, HTTP_429, …; null when it works. */
  code: z.string().nullable(),
  message: z.string(),
  milliseconds: z.number(),
})
export type AiTestReply = z.infer<typeof AiTestReplySchema>

const TokensSchema = z.object({
  calls: z.number(),
  cacheHits: z.number(),
  prompt: z.number(),
  candidates: z.number(),
  cached: z.number(),
  thoughts: z.number(),
  total: z.number(),
})

export const AiUsageSchema = z.object({
  /** First day of the calendar month, in UTC: `2026-11-01`. */
  month: z.string(),
  used: TokensSchema,
  cap: z.number().nullable(),
  /** Tokens from which on people are warned; null without a cap. */
  warnAt: z.number().nullable(),
  state: z.enum(['ok', 'warned', 'reached']),
  /** The most first, at most 50. */
  nodes: z.array(
    TokensSchema.extend({
      workflowId: z.string(),
      workflowName: z.string().nullable(),
      nodeId: z.string(),
    }),
  ),
  contacts: z.array(TokensSchema.extend({ contactId: z.string(), name: z.string().nullable() })),
})
export type AiUsage = z.infer<typeof AiUsageSchema>

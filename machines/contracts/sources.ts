// Sources of leads over HTTP: how a sender's words become a lead, what was sent last, what a mapping makes of it.

import { z } from 'zod'
import { ConsentsSchema } from './contact.ts'
import { idSchema } from './ids.ts'
import { JsonObjectSchema, JsonSchema } from './json.ts'

/** What a rule writes. `fields.city`, `consents.marketing` and `utm.source` name a part. */
const TARGET_PATTERN =
  /^(event_id|external_id|name|phone|email|tags|message|source|occurred_at|proof|fields\.[\p{L}_][\p{L}\p{N}_-]{0,59}|consents\.[a-z][a-z0-9_]{0,59}|utm\.(source|medium|campaign|term|content|id)|ad\.(ad_id|ad_name|adset_id|adset_name|campaign_id|form_id)|click\.(gclid|fbclid|ctwa_clid|ttclid|msclkid))$/u

export const TransformSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('trim') }),
  z.strictObject({ type: z.literal('lower') }),
  z.strictObject({ type: z.literal('upper') }),
  /** To E.164; without a country it is Brazilian. */
  z.strictObject({ type: z.literal('phone') }),
  z.strictObject({ type: z.literal('email') }),
  /** `sim`, `yes`, `true`, `1`, `on`, `x` agree; nothing else does. */
  z.strictObject({ type: z.literal('boolean') }),
  z.strictObject({ type: z.literal('split'), by: z.string().min(1).max(5) }),
  /** Day first, as written in Brazil, or ISO 8601. */
  z.strictObject({ type: z.literal('date') }),
  /** The value whatever came. */
  z.strictObject({ type: z.literal('const'), value: JsonSchema }),
])
export type Transform = z.infer<typeof TransformSchema>

export const RuleSchema = z
  .strictObject({
    to: z.string().regex(TARGET_PATTERN, 'not a field of a lead'),
    /** JSONPath into what was sent, `$.lead.phone`; left out with `const`. */
    path: z.string().min(1).max(500).optional(),
    required: z.boolean().optional(),
    transforms: z.array(TransformSchema).max(10).default([]),
  })
  .refine(
    ({ path, transforms }) => path !== undefined || transforms.some(({ type }) => type === 'const'),
    { message: 'a rule needs a path or a const', path: ['path'] },
  )
export type Rule = z.infer<typeof RuleSchema>

export const LeadMappingSchema = z.strictObject({ rules: z.array(RuleSchema).min(1).max(100) })
export type LeadMapping = z.infer<typeof LeadMappingSchema>

/** What a mapping makes of a payload, as a person reads it. */
export const LeadPreviewSchema = z.object({
  name: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  externalId: z.string().nullable(),
  eventId: z.string().nullable(),
  source: z.string().nullable(),
  message: z.string().nullable(),
  tags: z.array(z.string()),
  consents: ConsentsSchema,
  payload: JsonObjectSchema,
})
export type LeadPreview = z.infer<typeof LeadPreviewSchema>

export const MappingTestSchema = z.union([
  z.object({ ok: z.literal(true), lead: LeadPreviewSchema }),
  z.object({
    ok: z.literal(false),
    /** Which rule or field is wrong: `rules[2]`, `phone`. */
    field: z.string().nullable(),
    code: z.string(),
    message: z.string(),
  }),
])
export type MappingTest = z.infer<typeof MappingTestSchema>

const MAX_WINDOW_SECONDS = 30 * 24 * 3600

export const SourceSchema = z
  .object({
    id: z.string(),
    type: z.enum(['leads', 'events', 'form', 'meta_leads', 'csv']),
    name: z.string(),
    active: z.boolean(),
    signing: z.enum(['full', 'body']),
    unknownContact: z.enum(['reject', 'upsert']),
    windowSeconds: z.number(),
    mapping: LeadMappingSchema.nullable(),
    /** Two secrets are good until the old one is dropped. */
    isRotating: z.boolean(),
    leads: z.number(),
    lastLeadAt: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'LeadSource' })
export type Source = z.infer<typeof SourceSchema>
export const SourceListSchema = z.object({ items: z.array(SourceSchema) })

export const SourceCreateSchema = z.strictObject({
  type: z.enum(['leads', 'events']),
  name: z.string().trim().min(1).max(100),
  signing: z.enum(['full', 'body']).default('full'),
  unknownContact: z.enum(['reject', 'upsert']).default('reject'),
})
export type SourceCreate = z.infer<typeof SourceCreateSchema>

export const SourceEditSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  active: z.boolean().optional(),
  unknownContact: z.enum(['reject', 'upsert']).optional(),
  windowSeconds: z.int().min(0).max(MAX_WINDOW_SECONDS).optional(),
  /** Null: the sender writes our own form. */
  mapping: LeadMappingSchema.nullable().optional(),
})
export type SourceEdit = z.infer<typeof SourceEditSchema>

/** The secret is in this answer and nowhere else. */
export const SourceSecretSchema = z.object({ source: SourceSchema, secret: z.string() })
export type SourceSecret = z.infer<typeof SourceSecretSchema>

export const SourcePayloadSchema = z.object({
  id: z.string(),
  receivedAt: z.string(),
  outcome: z.enum(['accepted', 'duplicate', 'refused']),
  code: z.string().nullable(),
  field: z.string().nullable(),
  reason: z.string().nullable(),
  eventId: z.string().nullable(),
  bytes: z.number(),
  /** Null where it is no JSON object, or too large to be kept whole. */
  body: JsonObjectSchema.nullable(),
  /** Addresses and names are covered for the asking role. */
  masked: z.boolean(),
})
export const SourcePayloadListSchema = z.object({ items: z.array(SourcePayloadSchema) })
export type SourcePayload = z.infer<typeof SourcePayloadSchema>

export const MappingTestRequestSchema = z.strictObject({
  /** Left out: the source's own. */
  mapping: LeadMappingSchema.nullable().optional(),
  /** A kept payload, or one that is given. */
  payloadId: z.string().min(1).max(100).optional(),
  body: JsonObjectSchema.optional(),
})
export type MappingTestRequest = z.infer<typeof MappingTestRequestSchema>

export const SourceParamsSchema = z.object({ id: idSchema('source') })
export const PayloadParamsSchema = SourceParamsSchema.extend({
  payload: z.string().min(1).max(100),
})

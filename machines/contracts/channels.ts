// Channels over HTTP: the forms that connectors bring, channels as they are kept, what a check found. Secrets go in and
// never come out: only since when they are set.

import { z } from 'zod'
import { CHANNEL_KIND_PATTERN } from './channel.ts'
import { ChannelHealthSchema } from './channel-health.ts'
import { JsonSchema } from './json.ts'

const WordsSchema = z.object({ 'pt-BR': z.string(), en: z.string() })
const KindSchema = z.string().regex(CHANNEL_KIND_PATTERN)
const ReasonSchema = z.string().trim().min(1).max(1000)

/** One field of a form. */
export const FormFieldSchema = z
  .object({
    name: z.string(),
    title: WordsSchema,
    hint: WordsSchema.nullable(),
    control: z.enum(['text', 'long_text', 'number', 'switch', 'choice']),
    /** Of a choice. */
    options: z.array(z.string()),
    isRequired: z.boolean(),
    /** What stands there at first. */
    initial: JsonSchema,
  })
  .meta({ id: 'FormField' })
export type FormField = z.infer<typeof FormFieldSchema>

export const SecretFieldSchema = FormFieldSchema.extend({
  /** Made by the platform and not asked for. */
  isGenerated: z.boolean(),
  /** The former value stays valid until the rotation is ended. */
  rotates: z.boolean(),
}).meta({ id: 'SecretField' })
export type SecretField = z.infer<typeof SecretFieldSchema>

/** What a connector asks for to open a channel. */
export const ChannelFormSchema = z
  .object({
    kind: z.string(),
    title: WordsSchema,
    address: z.object({ title: WordsSchema, hint: WordsSchema.nullable(), pattern: z.string() }),
    config: z.array(FormFieldSchema),
    secrets: z.array(SecretFieldSchema),
    canCheck: z.boolean(),
  })
  .meta({ id: 'ChannelForm' })
export type ChannelFormItem = z.infer<typeof ChannelFormSchema>
export const ChannelFormListSchema = z.object({ items: z.array(ChannelFormSchema) })

/** What the provider said when it was asked. */
export const ChannelCheckSchema = z
  .object({
    at: z.string(),
    ok: z.boolean(),
    /** Why not; null when all is well. */
    code: z.string().nullable(),
    why: WordsSchema.nullable(),
    /** What was reported, in the words of whoever reported it. */
    message: z.string().nullable(),
    /** The field to correct, `config.…`, `secrets.…` or `address`. */
    field: z.string().nullable(),
  })
  .meta({ id: 'ChannelCheck' })
export type ChannelCheckItem = z.infer<typeof ChannelCheckSchema>

export const ChannelSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    title: WordsSchema,
    provider: z.string(),
    address: z.string(),
    displayAddress: z.string(),
    status: z.enum(['active', 'paused']),
    config: z.record(z.string(), JsonSchema),
    secrets: z.array(
      z.object({
        name: z.string(),
        title: WordsSchema,
        /** Null: not set. */
        setAt: z.string().nullable(),
        isSet: z.boolean(),
        /** The former value is still valid. */
        isRotating: z.boolean(),
        /** What people copy into the provider's settings; only for whoever may change the channel. */
        shown: z.string().nullable(),
      }),
    ),
    /** Where the provider delivers; null for a channel that hears nothing. */
    webhookUrl: z.string().nullable(),
    health: ChannelHealthSchema,
    /** Until when the provider is not asked, because it failed too often; null while it is. */
    cutOffUntil: z.string().nullable(),
    /** Effects that wait to leave by it. */
    waiting: z.number(),
    check: ChannelCheckSchema.nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Channel' })
export type Channel = z.infer<typeof ChannelSchema>
export const ChannelListSchema = z.object({ items: z.array(ChannelSchema) })

const SecretsSchema = z.record(z.string().max(100), z.string().max(10_000))
const ConfigSchema = z.record(z.string().max(100), JsonSchema)

export const ChannelCreateSchema = z.strictObject({
  kind: KindSchema,
  address: z.string().trim().min(1).max(320),
  config: ConfigSchema.default({}),
  secrets: SecretsSchema.default({}),
})
export type ChannelCreate = z.infer<typeof ChannelCreateSchema>

export const ChannelEditSchema = z.strictObject({
  /** Fields left out stay as they are. */
  config: ConfigSchema.optional(),
  /** How people know it. */
  displayAddress: z.string().trim().min(1).max(320).optional(),
})
export type ChannelEdit = z.infer<typeof ChannelEditSchema>

export const SecretRotationSchema = z.strictObject({
  /** New values by field; those left out stay. */
  secrets: SecretsSchema.default({}),
  /** Fields that the platform makes anew. */
  generate: z.array(z.string().max(100)).max(20).default([]),
})
export type SecretRotation = z.infer<typeof SecretRotationSchema>

export const ChannelDeedSchema = z.strictObject({ reason: ReasonSchema })
export type ChannelDeed = z.infer<typeof ChannelDeedSchema>

/** What depends on a channel: told before it is paused or removed. */
export const ChannelDependentsSchema = z
  .object({
    /** Published workflows that write or listen on this kind of channel. */
    workflows: z.array(z.object({ id: z.string(), name: z.string() })),
    conversations: z.number(),
    waiting: z.number(),
    /** True when the tenant has no other channel of the kind. */
    isLastOfKind: z.boolean(),
  })
  .meta({ id: 'ChannelDependents' })
export type ChannelDependents = z.infer<typeof ChannelDependentsSchema>

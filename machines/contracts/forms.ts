// Forms that a tenant publishes: what they ask, how they look, where they may stand, and what a submission says.

import { z } from 'zod'
import { PURPOSE_PATTERN } from './contact.ts'
import { idSchema } from './ids.ts'

const FIELD_KEY = /^[a-z][a-z0-9_]{0,39}$/
const words = (max: number) => z.object({ 'pt-BR': z.string().max(max), en: z.string().max(max) })
const HttpsOrigin = z
  .string()
  .max(200)
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'scheme and host only, such as https://loja.com.br')

/** Keys with a meaning: `name`, `phone`, `email`, `message`; any other key is a field of the lead. */
export const FormFieldSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), ...base(), long: z.boolean().optional() }),
  z.strictObject({ type: z.literal('email'), ...base() }),
  z.strictObject({ type: z.literal('phone'), ...base() }),
  z.strictObject({
    type: z.literal('select'),
    ...base(),
    options: z
      .array(z.strictObject({ value: z.string().min(1).max(100), label: words(200) }))
      .min(1)
      .max(100),
  }),
  z.strictObject({ type: z.literal('checkbox'), ...base() }),
  z.strictObject({
    type: z.literal('consent'),
    ...base(),
    purpose: z.string().regex(PURPOSE_PATTERN),
  }),
])
export type FormField = z.infer<typeof FormFieldSchema>

function base() {
  return {
    key: z.string().regex(FIELD_KEY, 'lower-case letters, digits and _'),
    label: words(2000),
    required: z.boolean().optional(),
    /** Asked only while the visitor's browser has not answered it before, so many at a time. */
    progressive: z.boolean().optional(),
  }
}

export const CAPTCHA_PROVIDERS = ['recaptcha_v2', 'recaptcha_v3', 'hcaptcha', 'turnstile'] as const
export type CaptchaProvider = (typeof CAPTCHA_PROVIDERS)[number]

export const FormDefinitionSchema = z
  .strictObject({
    title: words(200),
    intro: words(2000).optional(),
    submit: words(60).optional(),
    thanks: words(1000).optional(),
    /** Where the browser goes afterwards instead. */
    redirectUrl: z
      .url({ protocol: /^https$/ })
      .max(1000)
      .optional(),
    /** `#rrggbb` */
    color: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i)
      .optional(),
    fields: z.array(FormFieldSchema).min(1).max(40),
    /** How many progressive fields are asked at a time. */
    progressiveCount: z.int().min(1).max(10).default(2),
    /** Pages that may show it in a frame or send to it. */
    origins: z.array(HttpsOrigin).max(50).default([]),
    captcha: z
      .strictObject({
        provider: z.enum(CAPTCHA_PROVIDERS),
        siteKey: z.string().min(1).max(200),
        /** reCAPTCHA v3: 0 to 1, default 0.5. */
        minScore: z.number().min(0).max(1).optional(),
      })
      .optional(),
    tags: z.array(z.string().min(1).max(100)).max(20).default([]),
  })
  .superRefine(({ fields }, context) => {
    const keys = fields.map(({ key }) => key)
    for (const [index, key] of keys.entries()) {
      if (keys.indexOf(key) !== index)
        context.addIssue({ code: 'custom', path: ['fields', index, 'key'], message: 'used twice' })
      if (RESERVED.has(key))
        context.addIssue({ code: 'custom', path: ['fields', index, 'key'], message: 'reserved' })
    }
    const reached = fields.some(({ type, required }) => isAddress(type) && required === true)
    if (!reached)
      context.addIssue({
        code: 'custom',
        path: ['fields'],
        message: 'a required e-mail or phone field is needed to know who answered',
      })
  })
export type FormDefinition = z.infer<typeof FormDefinitionSchema>

/** Names that the page itself uses, and those that a lead has of its own. */
const RESERVED = new Set([
  'form',
  'form_id',
  'form_version',
  'submission_id',
  'token',
  'raw',
  'tags',
  'source',
  'consents',
  'utm',
  'lang',
  'embed',
  'website_url',
])
const isAddress = (type: string): boolean => type === 'email' || type === 'phone'

export const FormSchema = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    sourceId: z.string(),
    version: z.number(),
    active: z.boolean(),
    definition: FormDefinitionSchema,
    /** A captcha's secret key is kept; it is never shown. */
    hasCaptchaSecret: z.boolean(),
    submissions: z.number(),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Form' })
export type Form = z.infer<typeof FormSchema>
export const FormListSchema = z.object({ items: z.array(FormSchema) })

const KeySchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'lower-case letters, digits, - _')

export const FormCreateSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** What workflows compare with `filter.form`. */
  key: KeySchema,
  definition: FormDefinitionSchema,
  captchaSecret: z.string().min(1).max(500).optional(),
})
export type FormCreate = z.infer<typeof FormCreateSchema>

export const FormEditSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  definition: FormDefinitionSchema.optional(),
  captchaSecret: z.string().min(1).max(500).optional(),
  active: z.boolean().optional(),
  windowSeconds: z.int().min(0).max(2_592_000).optional(),
})
export type FormEdit = z.infer<typeof FormEditSchema>

export const FormParamsSchema = z.object({ id: idSchema('form') })

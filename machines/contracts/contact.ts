// What a workflow knows of its contact: the facts that travel with envelopes and live in the contact actor.

import { z } from 'zod'
import { JsonObjectSchema } from './json.ts'

/** A purpose as it stands on a message: `marketing`, `billing`. */
export const PURPOSE_PATTERN = /^[a-z][a-z0-9_]{0,59}$/

/** Agreed or not, by purpose. */
export const ConsentsSchema = z.record(z.string().regex(PURPOSE_PATTERN), z.boolean())
export type Consents = z.infer<typeof ConsentsSchema>

export const ContactFactsSchema = z.object({
  name: z.string().nullable(),
  /** E.164, e.g. `+5531999999999`. */
  phone: z.string().nullable(),
  email: z.string().nullable(),
  tags: z.array(z.string()),
  /** Everything else a tenant keeps on a contact. */
  fields: JsonObjectSchema,
  /** Whether the contact agreed to be written to, by purpose; absent where nothing is known. */
  consents: ConsentsSchema.exactOptional(),
})
export type ContactFacts = z.infer<typeof ContactFactsSchema>

export const EMPTY_CONTACT: ContactFacts = {
  name: null,
  phone: null,
  email: null,
  tags: [],
  fields: {},
}

/** Fields that `contact.upsert` may write; a key left out keeps its value, tags are added. */
export const ContactPatchSchema = z.object({
  name: z.string().max(300).nullish(),
  phone: z.string().max(40).nullish(),
  email: z.string().max(320).nullish(),
  tags: z.array(z.string().max(100)).max(100).optional(),
  fields: JsonObjectSchema.optional(),
  consents: ConsentsSchema.optional(),
})
export type ContactPatch = z.infer<typeof ContactPatchSchema>

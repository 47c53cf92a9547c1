// Asking for a run of one workflow for one contact: by a person, or by another system over the API.

import { z } from 'zod'
import { idSchema } from './ids.ts'
import { JsonObjectSchema } from './json.ts'

export const RunRequestSchema = z
  .strictObject({
    contactId: idSchema('contact').optional(),
    /** In any usual way of writing. */
    phone: z.string().min(1).max(40).optional(),
    email: z.string().min(3).max(320).optional(),
    /** What the workflow reads as `$.payload`. */
    payload: JsonObjectSchema.optional(),
  })
  .refine(({ contactId, phone, email }) => [contactId, phone, email].filter(isGiven).length === 1, {
    message: 'give one of contactId, phone and email',
    path: ['contactId'],
  })
  .meta({ id: 'RunRequest' })
export type RunRequest = z.infer<typeof RunRequestSchema>

/** The same key for the same workflow asks for one run only, however often it comes. */
export const IdempotencyHeadersSchema = z.looseObject({
  'idempotency-key': z.string().min(1).max(200).optional(),
})

export const RunRequestReplySchema = z
  .object({
    accepted: z.literal(true),
    /** True when this Idempotency-Key had been accepted before; nothing was done again. */
    duplicate: z.boolean(),
    /** The event that asks for the run; it is applied in order, like any other. */
    eventId: z.string(),
    contactId: z.string(),
  })
  .meta({ id: 'RunRequested' })
export type RunRequestReply = z.infer<typeof RunRequestReplySchema>

function isGiven(value: unknown): boolean {
  return value !== undefined
}

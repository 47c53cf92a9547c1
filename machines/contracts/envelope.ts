// The envelope: an event addressed to one contact of one tenant, with its dedupe key (the seed's envelope).

import { z } from 'zod'
import { ContactFactsSchema } from './contact.ts'
import { JsonObjectSchema } from './json.ts'

/** Largest event that is accepted, in bytes of JSON. */
export const MAX_EVENT_BYTES = 256 * 1024

export const EnvelopeSchema = z.object({
  event_id: z.string().min(1).max(200),
  tenant_id: z.string(),
  contact_id: z.string(),
  type: z.string(),
  source: z.string(),
  /** ISO 8601 instant, as the outside world says. */
  occurred_at: z.string(),
  /** Ties everything that follows from one cause together. */
  correlation_id: z.string(),
  payload: JsonObjectSchema,
  /** The contact's facts as known when the envelope was accepted. */
  contact: ContactFactsSchema.optional(),
  /** How often the actor of a contact that was merged or parted has passed it on; left out for nearly all. */
  passes: z.number().optional(),
})
export type Envelope = z.infer<typeof EnvelopeSchema>

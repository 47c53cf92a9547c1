// Payloads of events as they may be corrected by hand. What the platform tells itself is not among them.

import { z } from 'zod'
import { isTenantEventType, CONSENT_EVENT_TYPES } from './event.ts'
import { type JsonObject, JsonObjectSchema } from './json.ts'

const MessageReceivedSchema: z.ZodType<JsonObject> = z.strictObject({
  channel: z.enum(['whatsapp', 'email']),
  channelId: z.string().min(1),
  messageId: z.string().min(1),
  providerMessageId: z.string().min(1),
  kind: z.string().min(1),
  text: z.string(),
  content: JsonObjectSchema,
  sentAt: z.iso.datetime({ offset: true }),
})

/** The schema of an event's payload, or null when nobody may change it. */
export function editablePayload(type: string): z.ZodType<JsonObject> | null {
  if (type === 'message.received') return MessageReceivedSchema
  // What somebody agreed to stays as it was said.
  if ((CONSENT_EVENT_TYPES as readonly string[]).includes(type)) return null
  return type === 'lead.captured' || isTenantEventType(type) ? JsonObjectSchema : null
}

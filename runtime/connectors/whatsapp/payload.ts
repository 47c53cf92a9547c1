// Shapes of the Cloud API's webhooks, as loose as Meta is: one odd message must not hide the others beside it.

import { z } from 'zod'

const Text = z.string().max(8192)
const Id = z.string().min(1).max(512)

/** The outermost shape; messages and statuses are checked one by one. */
export const WebhookSchema = z.looseObject({
  object: z.string(),
  entry: z.array(
    z.looseObject({
      id: z.string().max(200).optional().catch(undefined),
      /** Unix seconds. */
      time: z.number().int().min(0).max(1e11).optional().catch(undefined),
      changes: z
        .array(z.looseObject({ field: z.string(), value: z.unknown().optional() }))
        .default([]),
    }),
  ),
})

export const ValueSchema = z.looseObject({
  metadata: z.looseObject({ phone_number_id: Id }),
  contacts: z.array(z.unknown()).default([]),
  messages: z.array(z.unknown()).default([]),
  statuses: z.array(z.unknown()).default([]),
  errors: z.array(z.unknown()).default([]),
  /** Of the WhatsApp Business app: what a person of ours wrote there. */
  message_echoes: z.array(z.unknown()).default([]),
  user_preferences: z.array(z.unknown()).default([]),
})
export type Value = z.infer<typeof ValueSchema>

export const ProfileSchema = z.looseObject({
  wa_id: z.string().max(40).optional(),
  user_id: z.string().max(200).optional(),
  profile: z.looseObject({ name: z.string().max(300).optional() }).optional(),
})
export type Profile = z.infer<typeof ProfileSchema>

/** Fields that every message has. `from` may be missing where the person goes by a username. */
export const MessageSchema = z.looseObject({
  id: Id,
  type: z.string().max(60),
  timestamp: z.string().max(20).optional(),
  from: z.string().max(40).optional(),
  from_user_id: z.string().max(200).optional(),
  /** Of an echo: whom we wrote to. */
  to: z.string().max(40).optional(),
  to_user_id: z.string().max(200).optional(),
})
export type Message = z.infer<typeof MessageSchema>

export const ErrorSchema = z.looseObject({
  code: z.int(),
  title: Text.optional(),
  message: Text.optional(),
  error_data: z.looseObject({ details: Text.optional() }).optional(),
})
export type ProviderError = z.infer<typeof ErrorSchema>

const Word = z.string().max(100).optional().catch(undefined)
const PricingSchema = z.looseObject({
  billable: z.boolean().optional().catch(undefined),
  category: Word,
  pricing_model: Word,
  type: Word,
})

export const StatusSchema = z.looseObject({
  id: Id,
  status: z.string().max(60),
  timestamp: z.string().max(20).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
  recipient_id: z.string().max(40).optional().catch(undefined),
  recipient_user_id: z.string().max(200).optional().catch(undefined),
  errors: z.array(ErrorSchema).default([]),
  pricing: PricingSchema.optional().catch(undefined),
})
export type Status = z.infer<typeof StatusSchema>

/** Answer to a send. */
export const SendReplySchema = z.looseObject({
  messages: z.array(z.looseObject({ id: Id, message_status: z.string().optional() })).min(1),
  contacts: z.array(z.looseObject({ wa_id: z.string().optional() })).default([]),
})

/** Answer to a mark that a message was read. */
export const SuccessReplySchema = z.looseObject({ success: z.literal(true) })

/** Answer to an uploaded file. */
export const UploadReplySchema = z.looseObject({ id: Id })

export const ErrorReplySchema = z.looseObject({ error: ErrorSchema })

/** Answer to the question where a media file lies. */
export const MediaReplySchema = z.looseObject({
  url: z.string().max(8192),
  mime_type: z.string().max(300).optional(),
  file_size: z.coerce.number().int().min(0).optional().catch(undefined),
})

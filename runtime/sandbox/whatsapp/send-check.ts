// Checks a send the way Meta does: what it refuses, with its code and the parameter named.

import { z } from 'zod'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { SandboxNumber } from './record.ts'
import type { GraphError } from './graph-error.ts'
import { ContactsSchema, InteractiveSchema, MEDIA_SHAPES } from './send-shapes.ts'
import type { SandboxState } from './store.ts'
import { checkTemplateSend, TemplateSendSchema, textOfTemplate } from './template-send.ts'

const Common = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.enum(['individual', 'group']).optional(),
  to: z
    .string()
    .regex(/^\+?[1-9]\d{6,14}$/)
    .optional(),
  /** Meta's id for somebody who shows no number. */
  recipient: z
    .string()
    .regex(/^[A-Z]{2}\.[A-Za-z0-9.]{3,150}$/)
    .optional(),
  context: z.looseObject({ message_id: z.string().min(1).max(512) }).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
})
const Place = z.looseObject({
  latitude: z.union([z.number(), z.string()]),
  longitude: z.union([z.number(), z.string()]),
})

const SendSchema = z.discriminatedUnion('type', [
  Common.extend({
    type: z.literal('text'),
    text: z.looseObject({ body: z.string().min(1).max(4096), preview_url: z.boolean().optional() }),
  }),
  Common.extend({ type: z.literal('template'), template: TemplateSendSchema }),
  Common.extend({ type: z.literal('interactive'), interactive: InteractiveSchema }),
  Common.extend({ type: z.literal('image'), image: MEDIA_SHAPES.image }),
  Common.extend({ type: z.literal('video'), video: MEDIA_SHAPES.video }),
  Common.extend({ type: z.literal('audio'), audio: MEDIA_SHAPES.audio }),
  Common.extend({ type: z.literal('document'), document: MEDIA_SHAPES.document }),
  Common.extend({ type: z.literal('sticker'), sticker: MEDIA_SHAPES.sticker }),
  Common.extend({ type: z.literal('location'), location: Place }),
  Common.extend({ type: z.literal('contacts'), contacts: ContactsSchema }),
  Common.extend({
    type: z.literal('reaction'),
    reaction: z.looseObject({ message_id: z.string().min(1).max(512), emoji: z.string().max(40) }),
  }),
])
type ParsedSend = z.infer<typeof SendSchema>
/** `to` names the person by number or by Meta's id. */
export type Send = ParsedSend & { to: string }

/** The mark that a message was read, perhaps with the sign that somebody writes. */
const MarkSchema = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1).max(512),
  typing_indicator: z.looseObject({ type: z.literal('text') }).optional(),
})
export type Mark = z.infer<typeof MarkSchema>

export type SendCheck =
  | { ok: true; send: Send; mark?: never }
  | { ok: true; mark: Mark; send?: never }
  | { ok: false; error: GraphError }

/** Checks a body against the Cloud API's rules, the files that were uploaded and the templates that are known. */
export function checkSend(body: unknown, number: SandboxNumber, state: SandboxState): SendCheck {
  if (isJsonObject(body as Json) && 'status' in (body as object)) return checkMark(body)
  const parsed = SendSchema.safeParse(typeFilledIn(body))
  if (!parsed.success) return { ok: false, error: toGraphError(parsed.error) }
  const to = parsed.data.to ?? parsed.data.recipient
  if (to === undefined) {
    return { ok: false, error: { code: 131008, details: "Parameter 'to' is required." } }
  }
  const send: Send = { ...parsed.data, to }
  const error = unknownFile(send, number, state) ?? templateError(send, number, state)
  return error ? { ok: false, error } : { ok: true, send }
}

function checkMark(body: unknown): SendCheck {
  const parsed = MarkSchema.safeParse(body)
  return parsed.success
    ? { ok: true, mark: parsed.data }
    : { ok: false, error: toGraphError(parsed.error) }
}

function templateError(send: Send, number: SandboxNumber, state: SandboxState): GraphError | null {
  return send.type === 'template' ? checkTemplateSend(send.template, number, state) : null
}

/** Ids of files, wherever they stand, must be of files that came to this number. */
function unknownFile(
  send: Send,
  { phoneNumberId }: SandboxNumber,
  { media }: SandboxState,
): GraphError | null {
  const unknown = fileIdsIn(send as unknown as Json).find(
    (id) => media.get(id)?.phoneNumberId !== phoneNumberId,
  )
  if (unknown === undefined) return null
  return { code: 131009, details: `Media ID '${unknown}' does not exist or has expired` }
}

const FILES: ReadonlySet<string> = new Set(Object.keys(MEDIA_SHAPES))

function fileIdsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(fileIdsIn)
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const id = FILES.has(key) && isJsonObject(inner) ? inner['id'] : undefined
    return typeof id === 'string' ? [id] : fileIdsIn(inner)
  })
}

/** The words of a send as a person reads them; a template's with its parameters in place. */
export function textOfSend(send: Send, number: SandboxNumber, state: SandboxState): string {
  switch (send.type) {
    case 'text':
      return send.text.body
    case 'template':
      return textOfTemplate(send.template, number, state)
    case 'interactive':
      return send.interactive.body.text
    case 'reaction':
      return send.reaction.emoji
    case 'contacts':
      return send.contacts.map(({ name }) => name.formatted_name).join(', ')
    default:
      return captionOf(send)
  }
}

function captionOf(send: Send): string {
  const file = (send as unknown as Record<string, { caption?: unknown } | undefined>)[send.type]
  return typeof file?.caption === 'string' ? file.caption : `[${send.type}]`
}

/** Meta takes a body without `type` for a text. */
function typeFilledIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && !('type' in body)
    ? { ...body, type: 'text' }
    : body
}

function toGraphError(error: z.ZodError): GraphError {
  const issue = error.issues[0]
  const parameter = issue?.path.join('.') ?? ''
  const missing = issue?.code === 'invalid_type' && issue.message.includes('undefined')
  const details = missing
    ? `Parameter '${parameter}' is required.`
    : `Param ${parameter}: ${issue?.message ?? 'not valid'}`
  return { code: missing ? 131008 : 100, details }
}

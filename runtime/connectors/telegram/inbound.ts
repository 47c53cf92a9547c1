// Hears the Bot API's updates: proven by the secret token that we gave with the webhook's address, then what a person
// wrote to the bot. What is no message of a person to the bot alone is left out with the reason.

import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { MessageArrival } from '../arrival.ts'
import type { Inbox, InboundConnector, InboundRequest, OpenChannel } from '../connector.ts'
import { parseProviderBody } from '../json-body.ts'
import { isSameSecret } from '../signature.ts'

const HEADER = 'x-telegram-bot-api-secret-token'
const MAX_BYTES = 1024 * 1024

/** Up to 52 bits, and digits where JSON wrote more. */
const Id = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).transform(String)
const Text = z.string().max(8192)

const MessageSchema = z.looseObject({
  message_id: Id,
  date: z.int().min(0).max(9_999_999_999).optional(),
  chat: z.looseObject({ id: Id, type: z.string() }),
  from: z
    .looseObject({
      is_bot: z.boolean().optional(),
      first_name: z.string().max(300).optional(),
      last_name: z.string().max(300).optional(),
    })
    .optional(),
  text: Text.optional(),
  caption: Text.optional(),
})
type Message = z.infer<typeof MessageSchema>

const UpdateSchema = z.looseObject({ update_id: Id, message: z.unknown().optional() })

/** What each kind says besides its words; files are named by the id under which the Bot API gives them. */
const File = z.looseObject({
  file_id: z.string().max(500),
  mime_type: z.string().max(200).optional(),
})
const KINDS: Readonly<Record<string, z.ZodType<JsonObject>>> = {
  photo: z
    .array(File)
    .min(1)
    .transform((sizes) => ({ fileId: sizes.at(-1)?.file_id ?? '' })),
  ...Object.fromEntries(
    ['voice', 'audio', 'video', 'video_note', 'animation', 'document', 'sticker'].map((kind) => [
      kind,
      File.transform((file): JsonObject => ({
        fileId: file.file_id,
        mime: file.mime_type ?? null,
      })),
    ]),
  ),
  location: z
    .looseObject({ latitude: z.number(), longitude: z.number() })
    .transform(({ latitude, longitude }): JsonObject => ({ latitude, longitude })),
  contact: z
    .looseObject({ phone_number: z.string().max(40), first_name: z.string().max(300).optional() })
    .transform((one): JsonObject => ({ phone: one.phone_number, name: one.first_name ?? null })),
}

export function createInbound(): InboundConnector {
  return {
    maxBytes: MAX_BYTES,
    verify: (request, channel) => Promise.resolve().then(() => verify(request, channel)),
    read: (request, channel, { now }) => Promise.resolve().then(() => read(request, channel, now)),
  }
}

function verify({ headers }: InboundRequest, { secrets }: OpenChannel): void {
  const given = headers[HEADER]
  if (typeof given !== 'string' || given === '')
    throw new FluxoError('WEBHOOK_SIGNATURE_MISSING', { field: HEADER })
  const known = [secrets['webhookSecret'], secrets['previousWebhookSecret']]
  if (!known.some((secret) => isSameSecret(given, secret ?? '')))
    throw new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field: HEADER })
}

function read({ rawBody }: InboundRequest, channel: OpenChannel, now: Date): Inbox {
  const update = UpdateSchema.safeParse(parseProviderBody(rawBody, MAX_BYTES))
  if (!update.success) return ignore('update', 'not of the documented form')
  const { message: given, update_id: _id, ...others } = update.data
  if (given === undefined) return ignore(Object.keys(others)[0] ?? 'update', 'not handled')
  const message = MessageSchema.safeParse(given)
  if (!message.success) return ignore('message', 'not of the documented form')
  if (message.data.chat.type !== 'private') return ignore('message', 'not to the bot alone')
  if (message.data.from?.is_bot) return ignore('message', 'written by a bot')
  return { arrivals: [arrivalOf(message.data, channel, now)], ignored: [] }
}

function arrivalOf(
  message: Message,
  { id, address, kind }: OpenChannel,
  now: Date,
): MessageArrival {
  const { chat, message_id, date, from } = message
  const providerMessageId = `${chat.id}/${message_id}`
  const at = date === undefined ? now : new Date(date * 1000)
  const name = [from?.first_name, from?.last_name].filter(Boolean).join(' ').trim()
  return {
    type: 'message',
    channel: kind,
    channelId: id,
    dedupeKey: `${kind}:${address}:msg:${providerMessageId}`,
    occurredAt: at.toISOString(),
    source: kind,
    address: { identities: { [kind]: chat.id } },
    profileName: name.slice(0, 300).toWellFormed() || null,
    providerMessageId,
    ...contentOf(message),
  }
}

function contentOf(message: Message): Pick<MessageArrival, 'kind' | 'text' | 'content'> {
  const text = message.text ?? message.caption ?? ''
  if (message.text !== undefined) return { kind: 'text', text, content: { type: 'text', text } }
  for (const [kind, schema] of Object.entries(KINDS)) {
    const content = schema.safeParse(message[kind])
    if (content.success) return { kind, text, content: { type: kind, text, ...content.data } }
  }
  return { kind: 'unknown', text, content: { type: 'unknown', text } }
}

function ignore(field: string, reason: string): Inbox {
  return { arrivals: [], ignored: [{ field, reason }] }
}

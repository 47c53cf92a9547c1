// One inbound message to kind, text and content. Every type that Meta documents, and a place for those it will invent.

import { z } from 'zod'
import { isJsonObject, type JsonObject } from '#machines/contracts/json.ts'
import { toStorableText } from '../json-body.ts'
import {
  Button,
  Media,
  namesOf,
  Order,
  Place,
  Reaction,
  Reply,
  Words,
  wordsOfErrors,
  wordsOfMedia,
  wordsOfOrder,
  wordsOfPlace,
} from './message-words.ts'
import type { Message } from './payload.ts'

export interface MessageContent {
  kind: string
  /** What the person wrote or chose, as a workflow reads it; empty where there are no words. */
  text: string
  content: JsonObject
}

/** Content beyond this many bytes of JSON is not kept; an event has room for 256 KiB in all. */
const MAX_CONTENT_BYTES = 64 * 1024
/** In characters; WhatsApp itself ends far below. */
const LONGEST_TEXT = 16_384

type Reader = (message: Message) => MessageContent | null

const READERS: Record<string, Reader> = {
  text: reader('text', z.looseObject({ body: z.string() }), ({ body }) => body),
  image: reader('image', Media, wordsOfMedia),
  video: reader('video', Media, wordsOfMedia),
  audio: reader('audio', Media, wordsOfMedia),
  document: reader('document', Media, wordsOfMedia),
  sticker: reader('sticker', Media, wordsOfMedia),
  location: reader('location', Place, wordsOfPlace),
  button: reader('button', Button, ({ text, payload }) => text || payload),
  // Without an emoji an earlier one is taken back.
  reaction: reader('reaction', Reaction, ({ emoji }) => emoji),
  order: reader('order', Order, wordsOfOrder),
  system: reader('system', z.looseObject({ body: Words }), ({ body }) => body),
  contacts: readContacts,
  interactive: readInteractive,
}
const INTERACTIVE: Record<string, Reader> = {
  button_reply: reader('button_reply', Reply, ({ title }) => title),
  list_reply: reader('list_reply', Reply, ({ title }) => title),
  nfm_reply: reader('nfm_reply', z.looseObject({ body: Words }), ({ body }) => body),
}
/** Facts beside the content: what it answers, which ad it came from. */
const EXTRAS = ['context', 'referral', 'errors', 'identity'] as const

/**
 * Reads what a message says. Types without a reader, and known types of another form than
 * documented, become kind `unsupported` with everything that came, so nothing is lost.
 */
export function readMessageContent(message: Message): MessageContent {
  const read = Object.hasOwn(READERS, message.type) ? READERS[message.type]?.(message) : null
  const { kind, text, content } = read ?? unsupported(message)
  return {
    kind,
    text: toStorableText(text.slice(0, LONGEST_TEXT)),
    content: bounded({ ...content, ...extrasOf(message) }),
  }
}

function reader<T extends JsonObject | Record<string, unknown>>(
  kind: string,
  schema: z.ZodType<T>,
  textOf: (body: T) => string,
): Reader {
  return (message) => {
    const given = message[kind]
    const body = schema.safeParse(given)
    if (!body.success || !isJsonObject(given)) return null
    return { kind, text: textOf(body.data), content: { type: kind, ...given } }
  }
}

function readContacts(message: Message): MessageContent | null {
  const { contacts } = message
  return Array.isArray(contacts)
    ? { kind: 'contacts', text: namesOf(contacts), content: { type: 'contacts', contacts } }
    : null
}

function readInteractive(message: Message): MessageContent | null {
  const { interactive } = message
  if (!isJsonObject(interactive) || typeof interactive['type'] !== 'string') return null
  const { type } = interactive
  const read = Object.hasOwn(INTERACTIVE, type) ? INTERACTIVE[type] : undefined
  return read?.({ ...message, ...interactive, type, id: message.id }) ?? null
}

function unsupported(message: Message): MessageContent {
  const {
    id: _id,
    from: _from,
    timestamp: _timestamp,
    from_user_id: _user,
    to: _to,
    to_user_id: _toUser,
    type,
    ...rest
  } = message
  const content = { type, ...(rest as JsonObject) }
  return { kind: 'unsupported', text: wordsOfErrors(message['errors']), content }
}

function extrasOf(message: Message): JsonObject {
  const present = EXTRAS.filter((key) => message[key] !== undefined)
  return Object.fromEntries(present.map((key) => [key, message[key]])) as JsonObject
}

function bounded(content: JsonObject): JsonObject {
  const bytes = Buffer.byteLength(JSON.stringify(content))
  return bytes <= MAX_CONTENT_BYTES
    ? content
    : { type: content['type'] ?? '', truncated: true, bytes }
}

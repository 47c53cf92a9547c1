// What a message's content holds beside its words, read without trusting its form: a stranger wrote it.

import type { Message } from '#machines/contracts/api.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

const MEDIA: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'document', 'sticker'])

export interface MediaPart {
  /** Null while nothing is known of the file. */
  id: string | null
  status: 'pending' | 'stored' | 'refused' | 'expired'
  mimeType: string | null
  filename: string | null
  size: number | null
  code: string | null
}

export interface PlacePart {
  words: string
  /** A map of it; null where it lies nowhere. */
  href: string | null
}

export interface CardPart {
  name: string
  lines: string[]
}

export interface OrderLine {
  id: string
  quantity: number
  price: number | null
  currency: string | null
}

const STATUSES = ['pending', 'stored', 'refused', 'expired'] as const

/** The file of a message that came; null for a message without. */
export function mediaOf({ kind, direction, content }: Message): MediaPart | null {
  if (!MEDIA.has(kind)) return null
  const note = objectOf(content['media'])
  if (direction === 'out' && Object.keys(note).length === 0) return null
  const status = STATUSES.find((known) => known === note['status']) ?? 'pending'
  return {
    id: textOf(note['id']) ?? null,
    status,
    mimeType: textOf(note['mimeType']) ?? null,
    filename: textOf(note['filename']) ?? textOf(content['filename']) ?? null,
    size: numberOf(note['size']),
    code: textOf(note['code']) ?? null,
  }
}

export function placeOf({ kind, content }: Message): PlacePart | null {
  if (kind !== 'location') return null
  const words = [content['name'], content['address']].flatMap((part) => textOf(part) ?? [])
  const latitude = numberOf(content['latitude'])
  const longitude = numberOf(content['longitude'])
  if (latitude === null || longitude === null) return { words: words.join(', '), href: null }
  const at = `${latitude}, ${longitude}`
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
  return { words: words.join(', ') || at, href }
}

export function cardsOf({ kind, content }: Message): CardPart[] {
  if (kind !== 'contacts') return []
  return listOf(content['contacts']).map((card) => {
    const { formatted_name: name } = objectOf(card['name'])
    const phones = listOf(card['phones']).flatMap(({ phone }) => textOf(phone) ?? [])
    const emails = listOf(card['emails']).flatMap(({ email }) => textOf(email) ?? [])
    const { company } = objectOf(card['org'])
    return { name: textOf(name) ?? '', lines: [textOf(company) ?? [], phones, emails].flat() }
  })
}

export function orderOf({ kind, content }: Message): OrderLine[] {
  if (kind !== 'order') return []
  return listOf(content['product_items']).map((item) => ({
    id: textOf(item['product_retailer_id']) ?? '',
    quantity: numberOf(item['quantity']) ?? 1,
    price: numberOf(item['item_price']),
    currency: textOf(item['currency']) ?? null,
  }))
}

/** What stands for words where nothing was written with the order. */
export function orderInWords(lines: readonly OrderLine[]): string {
  return lines.map(({ quantity, id }) => `${quantity} × ${id}`).join(', ')
}

/** What a form within the chat was filled in with. */
export function answersOf({ kind, content }: Message): (readonly [string, string])[] {
  if (kind !== 'nfm_reply') return []
  const given = parse(textOf(content['response_json']) ?? '')
  return Object.entries(given)
    .filter(([name]) => name !== 'flow_token')
    .map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ])
}

/** Why the provider could not hand it over; null for what it could. */
export function troubleOf({ kind, content }: Message): { reason: string | null } | null {
  if (kind !== 'unsupported') return null
  const [error] = listOf(content['errors'])
  const { details } = objectOf(error?.['error_data'])
  return { reason: textOf(details) ?? textOf(error?.['title']) ?? null }
}

/** The ad or post that led here; null for most. */
export function adOf({
  content,
}: Message): { headline: string | null; href: string | null } | null {
  const referral = objectOf(content['referral'])
  if (Object.keys(referral).length === 0) return null
  const url = textOf(referral['source_url'])
  const isLink = url !== undefined && /^https?:\/\//.test(url)
  return { headline: textOf(referral['headline']) ?? null, href: isLink ? url : null }
}

export function isForwarded({ content }: Message): boolean {
  const context = objectOf(content['context'])
  return context['forwarded'] === true || context['frequently_forwarded'] === true
}

/** What it answers, by the provider's id; of a letter by ours. */
export function answeredId({ content }: Message): string | null {
  return textOf(objectOf(content['context'])['id']) ?? textOf(content['replyTo']) ?? null
}

/** True for what a person of ours wrote in the phone's own app. */
export function isFromPhone({ direction, content }: Message): boolean {
  return direction === 'out' && content['author'] === 'phone'
}

/**
 * Puts reactions under what they are about: the latest of each side holds, and one without an emoji is none.
 * @param messages oldest first
 * @returns the messages that stand for themselves, and emojis by the id of the message under which they are
 */
export function withReactions(messages: readonly Message[]): {
  messages: Message[]
  reactions: Map<string, string[]>
} {
  const known = new Map(
    messages.flatMap(({ id, providerMessageId }) =>
      providerMessageId ? [[providerMessageId, id]] : [],
    ),
  )
  const latest = new Map<string, Map<string, string>>()
  const targetOf = ({ kind, content }: Message): string | undefined =>
    kind === 'reaction' ? known.get(textOf(content['message_id']) ?? '') : undefined
  for (const message of messages) {
    const target = targetOf(message)
    if (target === undefined) continue
    const sides = latest.get(target) ?? new Map<string, string>()
    latest.set(target, sides.set(message.direction, textOf(message.content['emoji']) ?? ''))
  }
  const reactions = new Map(
    [...latest].map(([id, sides]) => [id, [...sides.values()].filter((emoji) => emoji !== '')]),
  )
  return { messages: messages.filter((message) => targetOf(message) === undefined), reactions }
}

/** `3,4 MB` */
export function sizeInWords(bytes: number, locale: string): string {
  const [unit, size] =
    bytes < 1000
      ? (['byte', 1] as const)
      : bytes < 1e6
        ? (['kilobyte', 1e3] as const)
        : (['megabyte', 1e6] as const)
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  return format.format(bytes / size)
}

function parse(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const listOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : []
const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function numberOf(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

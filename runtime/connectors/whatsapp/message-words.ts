// What each kind of message says in words, as far as it has any: the text that a workflow reads and a person sees first.

import { z } from 'zod'
import { ErrorSchema } from './payload.ts'

const MAX_NAMES = 10

/** Words that may be missing, and odd ones that must not hide the rest. */
export const Words = z.string().default('').catch('')

export const Button = z.looseObject({ text: Words, payload: Words })
export const Reply = z.looseObject({ title: Words })
export const Reaction = z.looseObject({ message_id: z.string(), emoji: Words })
export const Media = z.looseObject({ id: z.string(), caption: Words, filename: Words })
export const Place = z.looseObject({
  latitude: z.coerce.number(),
  longitude: z.coerce.number(),
  name: Words,
  address: Words,
})
const Item = z.looseObject({
  product_retailer_id: Words,
  quantity: z.coerce.number().default(1).catch(1),
})
export const Order = z.looseObject({
  text: Words,
  product_items: z.array(Item).default([]).catch([]),
})

/** The caption, else the name of the file. */
export function wordsOfMedia({ caption, filename }: z.infer<typeof Media>): string {
  return caption || filename
}

/** Its name and address, else where it lies. */
export function wordsOfPlace({
  name,
  address,
  latitude,
  longitude,
}: z.infer<typeof Place>): string {
  const words = [name, address].filter((part) => part !== '').join(', ')
  return words || `${latitude}, ${longitude}`
}

/** What the person wrote with it, else what is ordered: `2 × SKU-1, 1 × SKU-2`. */
export function wordsOfOrder({ text, product_items: items }: z.infer<typeof Order>): string {
  if (text !== '') return text
  return items.map(({ quantity, product_retailer_id: id }) => `${quantity} × ${id}`).join(', ')
}

/** Names on contact cards. */
export function namesOf(cards: readonly unknown[]): string {
  const names = cards.slice(0, MAX_NAMES).map((card) => {
    const { name } = (card ?? {}) as { name?: { formatted_name?: unknown } | null }
    return typeof name?.formatted_name === 'string' ? name.formatted_name.trim() : ''
  })
  return names.filter((name) => name !== '').join(', ')
}

/** Why the provider could not hand a message over. */
export function wordsOfErrors(errors: unknown): string {
  const first = z.array(ErrorSchema).min(1).safeParse(errors).data?.[0]
  return first?.error_data?.details ?? first?.title ?? first?.message ?? ''
}

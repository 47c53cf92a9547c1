import { expect, test } from 'vitest'
import type { Message } from '#machines/contracts/api.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import {
  adOf,
  answersOf,
  cardsOf,
  mediaOf,
  orderOf,
  placeOf,
  sizeInWords,
  troubleOf,
  withReactions,
} from './message-parts.ts'
import { MESSAGE_TEXTS } from './message-texts.ts'

const messageOf = (kind: string, content: JsonObject, more: Partial<Message> = {}): Message => ({
  id: 'msg_1',
  direction: 'in',
  channel: 'whatsapp',
  kind,
  text: '',
  content: { type: kind, ...content },
  status: 'received',
  error: null,
  providerMessageId: 'wamid.1',
  createdAt: '2026-11-22T12:00:00.000Z',
  ...more,
})

test('A file is awaited until it is there or will never be', () => {
  expect(mediaOf(messageOf('image', { id: 'x' }))).toMatchObject({ status: 'pending', id: null })
  const media = { id: 'med_1', status: 'stored', mimeType: 'image/png', size: 7, code: null }
  expect(mediaOf(messageOf('image', { media }))).toMatchObject({ status: 'stored', id: 'med_1' })
  expect(mediaOf(messageOf('image', { media: { ...media, status: 'stolen' } }))?.status).toBe(
    'pending',
  )
  expect(mediaOf(messageOf('text', { media }))).toBeNull()
  // What we sent by its address has no file here.
  expect(mediaOf(messageOf('image', { link: 'https://x' }, { direction: 'out' }))).toBeNull()
})

test('Places, cards, orders, answers and reasons are read from what a stranger sent', () => {
  expect(placeOf(messageOf('location', { latitude: '-18.5', longitude: -46 }))).toEqual({
    words: '-18.5, -46',
    href: 'https://www.openstreetmap.org/?mlat=-18.5&mlon=-46#map=16/-18.5/-46',
  })
  expect(placeOf(messageOf('location', { latitude: 'x', name: 'Praça' }))).toEqual({
    words: 'Praça',
    href: null,
  })
  const card = { name: { formatted_name: 'Bia' }, phones: [{ phone: '+55' }, 7], emails: 'x' }
  expect(cardsOf(messageOf('contacts', { contacts: [card, null] }))).toEqual([
    { name: 'Bia', lines: ['+55'] },
  ])
  const item = { product_retailer_id: 'A', quantity: '2', item_price: 9.9, currency: 'BRL' }
  expect(orderOf(messageOf('order', { product_items: [item] }))).toEqual([
    { id: 'A', quantity: 2, price: 9.9, currency: 'BRL' },
  ])
  const response = JSON.stringify({ flow_token: 's', nome: 'Ana', itens: [1] })
  expect(answersOf(messageOf('nfm_reply', { response_json: response }))).toEqual([
    ['nome', 'Ana'],
    ['itens', '[1]'],
  ])
  expect(answersOf(messageOf('nfm_reply', { response_json: '{' }))).toEqual([])
  const errors = [{ code: 1, title: 'Unknown' }]
  expect(troubleOf(messageOf('unsupported', { errors }))).toEqual({ reason: 'Unknown' })
  expect(troubleOf(messageOf('unsupported', {}))).toEqual({ reason: null })
  expect(
    adOf(messageOf('text', { referral: { source_url: 'javascript:x', headline: 'P' } })),
  ).toEqual({
    headline: 'P',
    href: null,
  })
})

test('Reactions stand under their message: the latest of each side, none when taken back', () => {
  const reaction = (id: string, emoji: string | undefined, direction: 'in' | 'out' = 'in') =>
    messageOf(
      'reaction',
      { message_id: 'wamid.1', ...(emoji && { emoji }) },
      {
        id,
        direction,
        providerMessageId: `wamid.${id}`,
      },
    )
  const said = messageOf('text', {})
  const lost = messageOf(
    'reaction',
    { message_id: 'wamid.old', emoji: '🙏' },
    { id: 'msg_9', providerMessageId: 'wamid.9' },
  )
  const both = withReactions([
    said,
    reaction('a', '👍'),
    reaction('b', '❤️'),
    reaction('c', '😀', 'out'),
    lost,
  ])
  expect(both.messages.map(({ id }) => id)).toEqual(['msg_1', 'msg_9'])
  expect(both.reactions.get('msg_1')).toEqual(['❤️', '😀'])
  const taken = withReactions([said, reaction('a', '👍'), reaction('b', undefined)])
  expect(taken.reactions.get('msg_1')).toEqual([])
})

test('Sizes and words are there in both languages', () => {
  expect(sizeInWords(3_400_000, 'en')).toBe('3.4 MB')
  expect(sizeInWords(900, 'pt-BR')).toMatch(/900/)
  const keysOf = (tree: object): string[] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [key] : keysOf(Object(value)).map((rest) => `${key}.${rest}`),
    )
  expect(keysOf(MESSAGE_TEXTS.en)).toEqual(keysOf(MESSAGE_TEXTS['pt-BR']))
})

import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith } from '../testing/document.ts'

const card = (n: number, more: object = {}) => ({
  link: `https://cdn.example.com/${n}.png`,
  replies: [{ id: `r${n}`, title: 'Quero' }],
  ...more,
})
const withUrl = (n: number) => ({
  link: `https://cdn.example.com/${n}.png`,
  url: { text: 'Ver', url: `https://loja.example.com/${n}` },
})
const body = (cards: object[], more: object = {}) => ({
  type: 'whatsapp.send_carousel',
  body: 'Veja',
  media: 'image',
  cards,
  ...more,
})
const many = (count: number) => Array.from({ length: count }, (_, n) => card(n))

test('whatsapp.send_carousel takes two to ten cards', () => {
  expect(refusalOf(body(many(2)))).toBeNull()
  expect(refusalOf(body(many(10)))).toBeNull()
  expect(refusalOf(body(many(1)))).toEqual(['cards'])
  expect(refusalOf(body(many(11)))).toEqual(['cards'])
})

test('whatsapp.send_carousel takes no mix of links and replies, no id twice, one file a card', () => {
  expect(refusalOf(body([withUrl(1), withUrl(2)]))).toBeNull()
  expect(refusalOf(body([card(1), withUrl(2)]))).toEqual(['cards'])
  expect(refusalOf(body([card(1), card(1)]))).toEqual(['cards'])
  expect(refusalOf(body([card(1), { ...withUrl(2), ...card(2) }]))).toEqual(['cards.1.url'])
  expect(refusalOf(body([card(1), card(2, { mediaId: 'med_1' })]))).toEqual(['cards.1.link'])
  expect(refusalOf(body([card(1), card(2, { body: 'x'.repeat(161) })]))).toEqual(['cards.1.body'])
})

test('whatsapp.send_carousel renders every card', () => {
  const cards = [card(1, { body: 'Oi, {{name}}' }), card(2)]
  const command = behaviourOf(body(cards)).command?.(scopeWith())
  expect(command).toMatchObject({
    cards: [
      { media: 'image', body: 'Oi, Ana', url: null, replies: [{ id: 'r1', title: 'Quero' }] },
      { file: { link: 'https://cdn.example.com/2.png' }, body: null },
    ],
  })
})

import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (text: unknown, more: object = {}) => ({ type: 'whatsapp.send_text', text, ...more })

test('whatsapp.send_text accepts 1 to 4096 characters and refuses the rest', () => {
  expect(refusalOf(body('x'.repeat(4096), { previewUrl: true, onError: 'n2' }))).toBeNull()
  for (const bad of ['', 'x'.repeat(4097), 5]) expect(refusalOf(body(bad))).toEqual(['text'])
  expect(refusalOf(body('Oi', { to: '+55' }))).toEqual([''])
})

test('whatsapp.send_text has an error port only where onError is given', () => {
  expect(targetsOf(body('Oi'))).toEqual({ next: undefined })
  expect(targetsOf(body('Oi', { next: null, onError: 'n2' }))).toEqual({ next: null, error: 'n2' })
})

test('whatsapp.send_text renders its text once: what a contact wrote stays literal', () => {
  const contact = { name: '{{7*7}}', phone: null, email: null, tags: [], fields: {} }
  expect(behaviourOf(body('Oi, {{name}}!')).command?.(scopeWith({ contact }))).toEqual({
    kind: 'whatsapp.send_text',
    text: 'Oi, {{7*7}}!',
    previewUrl: false,
  })
})

test('whatsapp.send_text takes a dollar sign for a word, not for a path', () => {
  const { kind, node } = parsedNode(body('$[promo] só hoje'))
  expect(kind.behave(node).command?.(scopeWith())).toMatchObject({ text: '$[promo] só hoje' })
  expect(kind.expressions(node)).toEqual([
    { path: '.text', source: '$[promo] só hoje', isText: true },
  ])
})

test('whatsapp.send_text needs a WhatsApp channel', () => {
  const { kind, node } = parsedNode(body('Oi'))
  expect(kind.needs(node)).toEqual({ channel: 'whatsapp' })
})

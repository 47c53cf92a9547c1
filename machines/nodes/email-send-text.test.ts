import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'email.send_text',
  subject: 'Oi, {{name}}',
  text: 'Seu pedido saiu.',
  ...more,
})

test('email.send_text needs a subject and a text', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ subject: '' }))).toContain('subject')
  expect(refusalOf(body({ text: '' }))).toEqual(['text'])
  expect(refusalOf(body({ html: '<p>' }))).toEqual([''])
})

test('email.send_text renders its words, and needs the channel alone', () => {
  const { kind, node } = parsedNode(body({ purpose: 'billing' }))
  expect(kind.needs(node)).toEqual({ channel: 'email', purpose: 'billing' })
  expect(behaviourOf(body()).command?.(scopeWith({}))).toEqual({
    kind: 'email.send_text',
    subject: 'Oi, Ana',
    text: 'Seu pedido saiu.',
  })
})

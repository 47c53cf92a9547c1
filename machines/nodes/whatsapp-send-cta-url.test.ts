import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'whatsapp.send_cta_url',
  body: 'Oi, {{name}}',
  button: 'Abrir',
  url: 'https://loja.example.com/{{payload.id}}',
  ...more,
})

test('whatsapp.send_cta_url measures body, button and address where they stand', () => {
  expect(refusalOf(body({ header: 'x'.repeat(60), footer: 'x'.repeat(60) }))).toBeNull()
  expect(refusalOf(body({ button: 'x'.repeat(21) }))).toEqual(['button'])
  expect(refusalOf(body({ body: 'x'.repeat(1025) }))).toEqual(['body'])
  for (const url of ['javascript:alert(1)', 'loja.example.com', 'x{{name}}'])
    expect(refusalOf(body({ url }))).toEqual(['url'])
  expect(refusalOf(body({ url: '{{payload.link}}' }))).toBeNull()
})

test('whatsapp.send_cta_url renders text and address, and fails by onError only where it is given', () => {
  expect(behaviourOf(body()).command?.(scopeWith({ payload: { id: 7 } }))).toMatchObject({
    body: 'Oi, Ana',
    url: 'https://loja.example.com/7',
    header: null,
  })
  expect(targetsOf(body({ onError: 'n2' }))).toEqual({ next: undefined, error: 'n2' })
})

import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith } from '../testing/document.ts'

const body = (text: unknown) => ({ type: 'whatsapp.request_location', body: text })

test('whatsapp.request_location asks with 1 to 1024 characters', () => {
  expect(refusalOf(body('x'.repeat(1024)))).toBeNull()
  for (const bad of ['', 'x'.repeat(1025), 5]) expect(refusalOf(body(bad))).toEqual(['body'])
  expect(behaviourOf(body('Onde, {{name}}?')).command?.(scopeWith())).toEqual({
    kind: 'whatsapp.request_location',
    body: 'Onde, Ana?',
  })
})

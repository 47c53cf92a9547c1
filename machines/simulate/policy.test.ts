// A simulated contact has the same rights as a real one: consent, the way out, WhatsApp's window.

import { expect, test } from 'vitest'
import { documentOf, textNode } from '../testing/document.ts'
import { simulate } from './simulate.ts'

const offer = documentOf([textNode('oferta', { purpose: 'marketing', onError: null })])
const errorOf = (result: ReturnType<typeof simulate>) =>
  result.effects.map(({ error }) => error?.code)

test('a purpose needs its consent, wherever it comes from', () => {
  expect(errorOf(simulate(offer, []))).toEqual(['POLICY_NO_CONSENT'])
  const agreed = { marketing: true }
  expect(errorOf(simulate(offer, [], { contact: { consents: agreed } }))).toEqual([undefined])
  expect(errorOf(simulate(offer, [], { start: { payload: { consents: agreed } } }))).toEqual([
    undefined,
  ])
  const asks = documentOf([
    { id: 'aceita', type: 'contact.upsert', map: { consents: { marketing: true } } },
    textNode('oferta', { purpose: 'marketing' }),
  ])
  expect(errorOf(simulate(asks, []))).toEqual([undefined, undefined])
})

test('the window closes by itself a day after the contact last wrote', () => {
  const later = documentOf([
    { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' },
    { id: 'pausa', type: 'delay', duration: 'PT25H' },
    textNode('tarde', { onError: null }),
  ])
  const result = simulate(later, [{ message: 'Oi' }, { skip: 'PT25H' }])
  expect(errorOf(result)).toEqual(['POLICY_WINDOW_CLOSED'])
})

test('a stop word ends a run that writes, whatever it waits for, and no other', () => {
  const talk = documentOf([
    { id: 'pede', type: 'ask', text: 'E aí?' },
    textNode('segue'),
    { id: 'menu', type: 'interrupt', words: ['parar'] },
    { ...textNode('opcoes'), parent: 'menu' },
  ])
  expect(simulate(talk, [{ message: 'PARAR!' }]).final.status).toBe('stopped')
  const silent = documentOf([
    { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' },
    { id: 'marca', type: 'tag.add', tags: ['falou'] },
  ])
  expect(simulate(silent, [{ message: 'parar' }]).final).toMatchObject({ status: 'done' })
})

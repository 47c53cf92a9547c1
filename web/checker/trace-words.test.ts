import { createI18n } from 'vue-i18n'
import { expect, test } from 'vitest'
import { checkerEn, checkerPtBR } from '../i18n/checker-texts.ts'
import { translateWith } from '../i18n/i18n.ts'
import { traceSentence, type TraceWords } from './trace-words.ts'

function wordsIn(locale: 'pt-BR' | 'en'): TraceWords {
  const texts = createI18n({
    legacy: false,
    locale,
    messages: { 'pt-BR': checkerPtBR, en: checkerEn },
  })
  return {
    titleOf: (id) => id.toUpperCase(),
    eventName: (type) => type.replace('purchase.approved', 'compra aprovada'),
    locale,
    t: translateWith(texts.global as never) as never,
  }
}
const pt = wordsIn('pt-BR')

test('a way is told as what a contact passes, and a state in which it stays once', () => {
  expect(traceSentence({ states: ['a', 'a', 'b', 'c'], script: null }, pt)).toBe(
    'O contato passa por “A” e “B” e chega a “C”.',
  )
  expect(traceSentence({ states: ['a'], script: [] }, wordsIn('en'))).toBe(
    'The contact comes to “A”.',
  )
  expect(traceSentence({ states: [], script: null }, pt)).toBe('')
  expect(traceSentence(null, pt)).toBe('')
})

test('of a long way the beginning and the end are told', () => {
  const states = Array.from({ length: 20 }, (_, index) => `s${index}`)
  expect(traceSentence({ states, script: null }, pt)).toBe(
    'O contato passa por “S0”, “S1”, “S2”, mais 14 estados, “S17” e “S18” e chega a “S19”.',
  )
})

test('what makes the contact go this way is told with it', () => {
  const script = [
    { message: 'Olá' },
    { skip: 'P2D' },
    { event: { type: 'purchase.approved', payload: {} } },
    { result: { node: 'b', error: { code: 'X', message: '' } } },
  ]
  expect(traceSentence({ states: ['b'], script }, pt)).toBe(
    'O contato chega a “B”. Acontece quando escreve “Olá”, passam 2 dias, ocorre “compra aprovada” e “B” falha.',
  )
  const many = [...script, { result: { node: 'c', output: 1 } }, { message: { text: 'Oi' } }]
  expect(traceSentence({ states: ['b'], script: many }, pt)).toMatch(/“B” falha e mais 2 coisas\.$/)
})

import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'ask', text: 'Qual o seu e-mail?', ...more })
const buttons = [
  { id: 'sim', title: 'Sim' },
  { id: 'nao', title: 'Não' },
]

test('ask refuses what WhatsApp would refuse, and rules that cannot be met', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ text: 'x'.repeat(1025) }))).toEqual(['text'])
  expect(refusalOf(body({ buttons: [...buttons, ...buttons] }))).toEqual(['buttons'])
  expect(refusalOf(body({ buttons: [{ id: 'a', title: 'x'.repeat(21) }] }))).toEqual([
    'buttons.0.title',
  ])
  expect(refusalOf(body({ answer: { type: 'choice' } }))).toEqual(['answer'])
  expect(refusalOf(body({ answer: { type: 'choice' }, buttons }))).toBeNull()
  expect(refusalOf(body({ answer: { type: 'pattern', pattern: '(' } }))).toEqual(['answer.pattern'])
  expect(refusalOf(body({ timeoutNext: 'n2' }))).toEqual(['timeout'])
  expect(refusalOf(body({ as: 'a b' }))).toEqual(['as'])
  expect(refusalOf(body({ retries: 11 }))).toEqual(['retries'])
  expect(refusalOf(body({ quiet: 'PT10M' }))).toEqual(['quiet'])
})

test('ask leaves answered, given up, timed out or failed; what is left out is no port', () => {
  expect(targetsOf(body())).toEqual({ next: undefined })
  const ways = { invalidNext: null, timeout: 'PT1H', timeoutNext: 'n3', onError: 'n4' }
  expect(targetsOf(body(ways))).toEqual({
    next: undefined,
    invalid: null,
    timeout: 'n3',
    error: 'n4',
  })
})

test('ask sends a text, or buttons where it has them, and says it differently the second time', () => {
  const plain = behaviourOf(
    body({ text: 'Olá {{name}}', retryText: 'De novo?', purpose: 'service' }),
  )
  expect(plain.command?.(scopeWith())).toEqual({
    kind: 'whatsapp.send_text',
    text: 'Olá Ana',
    previewUrl: false,
    purpose: 'service',
  })
  expect(plain.again?.(scopeWith())).toMatchObject({ text: 'De novo?' })
  const chosen = behaviourOf(body({ buttons }))
  expect(chosen.command?.(scopeWith())).toMatchObject({ kind: 'whatsapp.send_buttons', buttons })
  expect(chosen.again?.(scopeWith())).toMatchObject({ body: 'Qual o seu e-mail?', buttons })
})

test('ask keeps an answer as its result and its variable; buttons are a choice unless it says otherwise', () => {
  const judge = (more: object, text: string) =>
    behaviourOf(body(more)).judge?.(scopeWith(), { text })
  expect(judge({ as: 'nome' }, ' Ana ')).toEqual({
    result: { value: 'Ana', text: 'Ana' },
    assigned: { nome: 'Ana' },
  })
  expect(judge({ buttons }, 'não')).toEqual({ result: { value: 'nao', text: 'não' }, assigned: {} })
  expect(judge({ buttons }, 'talvez')).toBeNull()
  expect(judge({ buttons, answer: { type: 'text' } }, 'talvez')?.result).toMatchObject({
    value: 'talvez',
  })
})

test('ask needs WhatsApp and says for what it writes', () => {
  const { kind, node } = parsedNode(body({ purpose: 'marketing' }))
  expect(kind.needs(node)).toEqual({ channel: 'whatsapp', purpose: 'marketing' })
})

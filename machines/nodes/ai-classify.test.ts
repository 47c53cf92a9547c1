import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'ai.classify', input: 'Diz: {{name}}', ...more })

test('ai.classify needs an input and takes intents, a confidence and ways out', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ intents: ['a', 'b'], minConfidence: 0.7, fallback: 'n9' }))).toBeNull()
  expect(refusalOf(body({ input: '' }))).toEqual(['input'])
  expect(refusalOf(body({ intents: ['a'] }))).toEqual(['intents'])
  expect(refusalOf(body({ minConfidence: 1.1 }))).toEqual(['minConfidence'])
  expect(refusalOf(body({ fallback: 'n9', onError: 'n8' }))).toBeNull()
  expect(refusalOf(body({ model: 'x' }))).toEqual([''])
})

test('ai.classify takes words for its own intents only', () => {
  const intents = ['sim', 'nao']
  const keywords = { sim: ['quero', 'pode ser'] }
  expect(refusalOf(body({ intents, keywords }))).toBeNull()
  expect(refusalOf(body({ intents, keywords: { talvez: ['x'] } }))).toEqual(['keywords'])
  expect(refusalOf(body({ keywords: { suporte: ['quebrou'] } }))).toBeNull()
  expect(behaviourOf(body({ intents, keywords })).command?.(scopeWith())).toMatchObject({
    keywords,
  })
})

test("ai.classify asks for the seed's intents unless it names its own", () => {
  expect(behaviourOf(body()).command?.(scopeWith())).toEqual({
    kind: 'ai.classify',
    input: 'Diz: Ana',
    intents: ['interesse_compra', 'suporte', 'agendamento', 'outro'],
    minConfidence: null,
  })
  expect(
    behaviourOf(body({ intents: ['sim', 'nao'], minConfidence: 0.5 })).command?.(scopeWith()),
  ).toMatchObject({ intents: ['sim', 'nao'], minConfidence: 0.5 })
})

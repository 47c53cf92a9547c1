import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'ai.classify', input: 'Diz: {{name}}', ...more })

test('ai.classify needs an input and takes intents, a confidence and one way out', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ intents: ['a', 'b'], minConfidence: 0.7, fallback: 'n9' }))).toBeNull()
  expect(refusalOf(body({ input: '' }))).toEqual(['input'])
  expect(refusalOf(body({ intents: ['a'] }))).toEqual(['intents'])
  expect(refusalOf(body({ minConfidence: 1.1 }))).toEqual(['minConfidence'])
  expect(refusalOf(body({ fallback: 'n9', onError: 'n9' }))).toEqual(['fallback'])
  expect(refusalOf(body({ model: 'x' }))).toEqual([''])
})

test('ai.classify goes on by fallback, or by onError, where there is no answer', () => {
  expect(targetsOf(body())).toEqual({ next: undefined })
  expect(targetsOf(body({ fallback: 'n9' }))).toEqual({ next: undefined, error: 'n9' })
  expect(targetsOf(body({ onError: null }))).toEqual({ next: undefined, error: null })
  const { kind, node } = parsedNode(body({ fallback: 'n9' }))
  expect(kind.ports(node)[1]).toMatchObject({ path: '.fallback', label: 'fallback' })
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

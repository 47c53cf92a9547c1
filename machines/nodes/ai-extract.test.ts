import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const SCHEMA = { type: 'object', properties: { cidade: { type: 'string' } } }
const body = (more: object = {}) => ({
  type: 'ai.extract',
  input: '{{payload.text}}',
  schema: SCHEMA,
  ...more,
})

test('ai.extract needs an input and the schema of an object', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ schema: { type: 'string' } }))).toEqual(['schema'])
  expect(refusalOf(body({ schema: undefined }))).toEqual(['schema'])
  expect(refusalOf(body({ schema: { ...SCHEMA, title: 'x'.repeat(20_000) } }))).toEqual(['schema'])
})

test('ai.extract goes on by fallback where nothing could be taken out', () => {
  expect(targetsOf(body({ fallback: null }))).toEqual({ next: undefined, error: null })
})

test('ai.extract hands the schema over as it is', () => {
  const scope = scopeWith({ payload: { text: 'Moro em BH' } })
  expect(behaviourOf(body({ minConfidence: 0.4 })).command?.(scope)).toEqual({
    kind: 'ai.extract',
    input: 'Moro em BH',
    schema: SCHEMA,
    minConfidence: 0.4,
  })
})

import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'ai.reply', input: '{{payload.text}}', ...more })

test('ai.reply needs an input and refuses what it does not know', () => {
  expect(refusalOf(body({ instructions: 'Seja breve', fallback: null }))).toBeNull()
  expect(refusalOf(body({ input: 7 }))).toEqual(['input'])
  expect(refusalOf(body({ instructions: '' }))).toEqual(['instructions'])
  expect(refusalOf(body({ to: '+55' }))).toEqual([''])
})

test('ai.reply goes on by fallback where there is no good answer', () => {
  expect(targetsOf(body({ fallback: 'n9' }))).toEqual({ next: undefined, error: 'n9' })
})

test('ai.reply has a way to a person, where it names one', () => {
  expect(targetsOf(body({ person: 'n7', fallback: 'n9' }))).toEqual({
    next: undefined,
    person: 'n7',
    error: 'n9',
  })
  expect(targetsOf(body({ person: null }))).toEqual({ next: undefined, person: null })
})

test('ai.reply renders input and instructions once', () => {
  const scope = scopeWith({ payload: { text: 'Oi {{7*7}}' } })
  expect(behaviourOf(body({ instructions: 'Cliente: {{name}}' })).command?.(scope)).toEqual({
    kind: 'ai.reply',
    input: 'Oi {{7*7}}',
    instructions: 'Cliente: Ana',
    minConfidence: null,
  })
  expect(behaviourOf(body()).command?.(scope)).toMatchObject({ instructions: null })
})

test('ai.reply names its texts as expressions', () => {
  const { kind, node } = parsedNode(body({ instructions: 'x' }))
  expect(kind.expressions(node).map(({ path }) => path)).toEqual(['.input', '.instructions'])
})

import { expect, test } from 'vitest'
import { scopeWith } from '../testing/document.ts'
import { createScope, SCOPE_NAMES } from './scope.ts'
import { compileValue, textOf } from './value.ts'

const SCOPE = scopeWith({ payload: { n: 5, list: [1, 2] } })

test('a value is a path, a text with placeholders or the thing itself, to any depth', () => {
  const source = { a: '$.payload.n', b: ['{{name}}!', '$.payload.list', 7], c: 'R$ 5', d: null }
  expect(compileValue(source)(SCOPE)).toEqual({ a: 5, b: ['Ana!', [1, 2], 7], c: 'R$ 5', d: null })
})

test('a path keeps the type of what it reads, a placeholder makes text', () => {
  expect(compileValue('$.payload.n')(SCOPE)).toBe(5)
  expect(compileValue('{{payload.n}}')(SCOPE)).toBe('5')
  expect(compileValue('$.payload.none')(SCOPE)).toBeUndefined()
})

test('a value as text is what a person would expect to read', () => {
  expect([undefined, null, 1.5, true, 'x', [1], { a: 1 }].map((value) => textOf(value))).toEqual([
    '',
    '',
    '1.5',
    'true',
    'x',
    '[1]',
    '{"a":1}',
  ])
})

test("the platform's names stand above variables, results and fields of the contact", () => {
  const own = Object.fromEntries([...SCOPE_NAMES].map((name) => [name, 'forged']))
  const contact = { name: 'Ana', phone: null, email: null, tags: [], fields: own }
  const now = '2026-03-10T12:00:00.000Z'
  const scope = createScope({ payload: 'p', vars: own, results: own, contact, now, zone: 'UTC' })
  expect(scope).toMatchObject({ payload: 'p', contact, vars: own, now, zone: 'UTC' })
})

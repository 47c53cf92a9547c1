import { expect, test } from 'vitest'
import { mistypedName, type ValueTypes, ValueTypesSchema } from './value-types.ts'

const TYPES: ValueTypes = {
  nome: 'text',
  idade: 'number',
  ok: 'boolean',
  itens: 'list',
  fim: 'object',
}
const RIGHT = { nome: 'Ana', idade: 31, ok: false, itens: [], fim: {} }

test('values are of their types, and the first that is not is named', () => {
  expect(mistypedName(RIGHT, TYPES)).toBeNull()
  expect(mistypedName({ ...RIGHT, mais: 1 }, TYPES)).toBeNull()
  expect(mistypedName({ ...RIGHT, idade: '31' }, TYPES)).toBe('idade')
  expect(mistypedName({ ...RIGHT, itens: {} }, TYPES)).toBe('itens')
  expect(mistypedName({ ...RIGHT, fim: null }, TYPES)).toBe('fim')
  expect(mistypedName({}, TYPES)).toBe('nome')
})

test('names are variables', () => {
  expect(ValueTypesSchema.safeParse({ 'não-é': 'text' }).success).toBe(false)
  expect(ValueTypesSchema.safeParse({ endereço_1: 'text' }).success).toBe(true)
})

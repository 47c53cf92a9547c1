import { expect, test } from 'vitest'
import { changesBetween, shown } from './value-changes.ts'

test('Values that came, changed and went are told by their path, however deep', () => {
  const before = { vars: { nome: 'Ana', itens: [1, 2], velho: { a: 1 } }, results: {} }
  const after = { vars: { nome: 'Bia', itens: [1, 3, 4], novo: { x: { y: true } } }, results: {} }
  expect(changesBetween(before, after)).toEqual([
    { path: 'vars.nome', kind: 'changed', before: 'Ana', after: 'Bia' },
    { path: 'vars.itens[1]', kind: 'changed', before: 2, after: 3 },
    { path: 'vars.itens[2]', kind: 'added', after: 4 },
    { path: 'vars.novo.x.y', kind: 'added', after: true },
    { path: 'vars.velho.a', kind: 'removed', before: 1 },
  ])
})

test('What is the same is not told, nor is an order of keys', () => {
  expect(changesBetween({ a: { b: [1, { c: null }] } }, { a: { b: [1, { c: null }] } })).toEqual([])
  expect(changesBetween({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([])
})

test('A value that changes its kind has changed, and an empty one is told by itself', () => {
  expect(changesBetween({ a: { b: 1 } }, { a: 'x' })).toEqual([
    { path: 'a', kind: 'changed', before: { b: 1 }, after: 'x' },
  ])
  expect(changesBetween({}, { a: {}, b: null })).toEqual([
    { path: 'a', kind: 'added', after: {} },
    { path: 'b', kind: 'added', after: null },
  ])
  expect([shown('x'), shown({ a: 1 }), shown(undefined)]).toEqual(['x', '{"a":1}', ''])
})

import { expect, test } from 'vitest'
import { behaviourOf, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (set: object, more: object = {}) => ({ type: 'set.variable', set, ...more })

test('set.variable accepts names that a placeholder can read and refuses the others', () => {
  expect(refusalOf(body({ total: 1, _x: null, opção: [1, { a: true }] }))).toBeNull()
  for (const bad of ['', 'a.b', '1a', 'a b', 'x'.repeat(65)]) {
    expect(refusalOf(body({ [bad]: 1 })), bad).toEqual([`set.${bad}`])
  }
  expect(refusalOf(body({}, { onError: 'n2' }))).toEqual([''])
})

test('set.variable leads to the next node when next is left out, and ends on null', () => {
  expect(targetsOf(body({}))).toEqual({ next: undefined })
  expect(targetsOf(body({}, { next: null }))).toEqual({ next: null })
})

test('set.variable keeps values of any depth, and null for what is absent', () => {
  const set = { a: '$.payload.n', b: ['{{name}}', { c: '$.payload.none' }], d: '$.payload.none' }
  expect(behaviourOf(body(set)).assign?.(scopeWith({ payload: { n: 5 } }))).toEqual({
    a: 5,
    b: ['Ana', { c: null }],
    d: null,
  })
})

test('set.variable lets no name reach a prototype', () => {
  const set = JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}') as object
  const assigned = behaviourOf(body(set)).assign?.(scopeWith())
  expect(Object.entries(assigned ?? {})).toEqual([['constructor', 'x']])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (cases: object, more: object = {}) => ({
  type: 'switch',
  on: '$.payload.intent',
  cases,
  ...more,
})
const choose = (cases: object, intent: unknown) =>
  behaviourOf(body(cases)).choose?.(scopeWith({ payload: { intent } as never }))

test('switch accepts cases with targets and refuses more than 200, other targets, and onError', () => {
  expect(refusalOf(body({ a: 'n2', default: null }))).toBeNull()
  expect(refusalOf(body({ a: 1 }))).toEqual(['cases.a'])
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`c${index}`, 'n2']))
  expect(refusalOf(body(many))).toEqual(['cases'])
  expect(refusalOf(body({}, { onError: 'n2' }))).toEqual([''])
})

test('switch has a way out per case, and next where no default is given', () => {
  expect(targetsOf(body({ a: 'n2', b: null }))).toEqual({
    'case:a': 'n2',
    'case:b': null,
    next: undefined,
  })
  expect(targetsOf(body({ a: 'n2', default: 'n3' }))).toEqual({ 'case:a': 'n2', default: 'n3' })
})

test('switch leaves by the case that equals the value, whatever its type, else by default or next', () => {
  expect(choose({ a: 'n2', '7': 'n3' }, 'a')).toBe('case:a')
  expect(choose({ a: 'n2', '7': 'n3' }, 7)).toBe('case:7')
  expect(choose({ a: 'n2' }, 'b')).toBe('next')
  expect(choose({ a: 'n2', default: null }, undefined)).toBe('default')
})

test('switch takes a value that says default for no case of that name', () => {
  expect(choose({ default: 'n2' }, 'default')).toBe('default')
  expect(choose({ a: 'n2' }, 'default')).toBe('next')
})

test('switch takes no inherited property for a case', () => {
  for (const value of ['constructor', 'toString', '__proto__']) {
    expect(choose({ a: 'n2' }, value)).toBe('next')
  }
})

test('switch names cases in its paths as JSONPath does', () => {
  const { kind, node } = parsedNode(body({ suporte: 'n2', "d'água": 'n3' }))
  expect(kind.ports(node).map((port) => port.path)).toEqual([
    '.cases.suporte',
    ".cases['d\\'água']",
    '.next',
  ])
})

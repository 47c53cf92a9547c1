import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const CASES = { suporte: 'n2', 'quer comprar': null }
const body = (more: object = {}) => ({ type: 'intent', on: '$.n1', cases: CASES, ...more })
const choose = (result: unknown, more: object = {}) =>
  behaviourOf(body(more)).choose?.(scopeWith({ results: { n1: result } as never }))

test('intent needs a result to look at and takes a least confidence between 0 and 1', () => {
  expect(refusalOf(body({ minConfidence: 0.7, default: 'n9' }))).toBeNull()
  expect(refusalOf(body({ on: '' }))).toEqual(['on'])
  expect(refusalOf(body({ minConfidence: 70 }))).toEqual(['minConfidence'])
  expect(refusalOf(body({ next: 'n2' }))).toEqual([''])
})

test('intent has a way for each case and one for the rest', () => {
  expect(targetsOf(body())).toEqual({
    'case:suporte': 'n2',
    'case:quer comprar': null,
    default: undefined,
  })
  const { kind, node } = parsedNode(body())
  expect(kind.ports(node)[1]?.path).toBe(".cases['quer comprar']")
})

test('intent takes the case where the classifier was sure enough', () => {
  const sure = { intent: 'suporte', confidence: 0.7 }
  expect(choose(sure)).toBe('case:suporte')
  expect(choose(sure, { minConfidence: 0.7 })).toBe('case:suporte')
  expect(choose(sure, { minConfidence: 0.71 })).toBe('default')
})

test('intent takes everything else for the rest', () => {
  for (const result of [
    null,
    'suporte',
    [],
    {},
    { intent: 'outro', confidence: 1 },
    { intent: 'toString', confidence: 1 },
    { intent: ['suporte'], confidence: 1 },
  ]) {
    expect(choose(result), JSON.stringify(result)).toBe('default')
  }
  expect(choose({ intent: 'suporte', confidence: 'alta' }, { minConfidence: 0.1 })).toBe('default')
})

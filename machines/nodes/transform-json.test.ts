import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'transform.json', expression: '$sum(a)', ...more })

test('transform.json needs an expression of at most 4000 characters', () => {
  expect(refusalOf(body({ input: { a: '$.payload.a' } }))).toBeNull()
  expect(refusalOf(body({ expression: '' }))).toEqual(['expression'])
  expect(refusalOf(body({ expression: 'x'.repeat(4001) }))).toEqual(['expression'])
})

test('transform.json can fail by a way of its own', () => {
  expect(targetsOf(body({ onError: 'n2' }))).toEqual({ next: undefined, error: 'n2' })
})

test('transform.json hands the payload over, or the input that it is given', () => {
  const scope = scopeWith({ payload: { a: [1, 2] } })
  expect(behaviourOf(body()).command?.(scope)).toEqual({
    kind: 'transform.json',
    expression: '$sum(a)',
    input: { a: [1, 2] },
  })
  expect(
    behaviourOf(body({ input: { b: '$.payload.a', c: '{{name}}', d: '$.none' } })).command?.(scope),
  ).toMatchObject({ input: { b: [1, 2], c: 'Ana', d: null } })
})

test('transform.json takes its expression for no path and no template of ours', () => {
  const { kind, node } = parsedNode(body({ expression: '$.[ {{' }))
  expect(kind.expressions(node)).toEqual([])
  expect(kind.behave(node).command?.(scopeWith())).toMatchObject({ expression: '$.[ {{' })
})

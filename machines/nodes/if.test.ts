import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const CONDITION = { value: '$.payload.total', op: 'greaterOrEqual', to: 500 }
const body = (more: object = {}) => ({ type: 'if', condition: CONDITION, ...more })

test('if accepts nested conditions and refuses unknown comparisons, next and onError', () => {
  expect(refusalOf(body({ condition: { not: { all: [{ any: [CONDITION] }] } } }))).toBeNull()
  expect(refusalOf(body({ condition: { ...CONDITION, op: 'like' } }))).toEqual(['condition'])
  expect(refusalOf(body({ next: 'n2' }))).toEqual([''])
  expect(refusalOf(body({ onError: 'n2' }))).toEqual([''])
})

test('if leads to the next node by each way that is left out, and ends on null', () => {
  expect(targetsOf(body())).toEqual({ then: undefined, else: undefined })
  expect(targetsOf(body({ then: 'a', else: null }))).toEqual({ then: 'a', else: null })
})

test('if leaves by then when the condition holds and by else when it does not or cannot', () => {
  const choose = (total: unknown) =>
    behaviourOf(body()).choose?.(scopeWith({ payload: { total } as never }))
  expect([500, '500', 499, 'muito', undefined].map(choose)).toEqual([
    'then',
    'then',
    'else',
    'else',
    'else',
  ])
})

test('if names every expression by its path and sums itself up by the condition', () => {
  const { kind, node } = parsedNode(body({ condition: { all: [CONDITION, { not: CONDITION }] } }))
  const paths = kind.expressions(node).map((use) => use.path)
  expect(paths).toContain('.condition.all[0].value')
  expect(paths).toContain('.condition.all[1].not.value')
  expect(kind.summarize(node)).toBe(
    '$.payload.total greaterOrEqual 500 & ! ($.payload.total greaterOrEqual 500)',
  )
})

// The kinds that hold other nodes, and the one that leads anywhere.

import { describe, expect, test } from 'vitest'
import { behaviourOf, NOW, refusalOf, scopeWith, targetsOf, ZONE } from '../testing/document.ts'

describe('group', () => {
  test('leaves by its reactions, its time-out and what follows it', () => {
    const on = [{ event: 'purchase.approved', next: 'x' }]
    const group = { type: 'group', on, timeout: 'PT1H', timeoutNext: null }
    expect(targetsOf(group)).toEqual({ next: undefined, 'on:0': 'x', timeout: null })
    expect(behaviourOf(group).delay?.(NOW, ZONE, scopeWith())).toBe(3_600_000)
  })

  test('refuses a reaction to no event, and a way after no time-out', () => {
    expect(refusalOf({ type: 'group', on: [{ event: 'Nothing', next: 'x' }] })).toEqual([
      'on.0.event',
    ])
    expect(refusalOf({ type: 'group', timeoutNext: 'x' })).toEqual(['timeout'])
  })
})

test('parallel leaves by what follows it only', () => {
  expect(targetsOf({ type: 'parallel', next: 'x' })).toEqual({ next: 'x' })
})

describe('loop.for-each', () => {
  const loop = { type: 'loop.for-each', items: '$.payload.list', as: 'item' }

  test('finds its list in the scope; what is missing is empty', () => {
    const { items } = behaviourOf(loop)
    expect(items?.(scopeWith({ payload: { list: [1, 2] } }))).toEqual([1, 2])
    expect(items?.(scopeWith())).toEqual([])
  })

  test.each([0, 1001, 1.5])('refuses a budget of %s', (max) => {
    expect(refusalOf({ ...loop, max })).toEqual(['max'])
  })
})

test('goto leads to the node that it names', () => {
  expect(targetsOf({ type: 'goto', to: 'x' })).toEqual({ next: 'x' })
  expect(refusalOf({ type: 'goto' })).toEqual(['to'])
  expect(refusalOf({ type: 'goto', to: 'x', history: 'all' })).toEqual(['history'])
})

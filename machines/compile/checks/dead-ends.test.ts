import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

const wait = (id: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event: 'x.y',
  ...more,
})
const group = (id: string, more: object = {}) => ({ id, type: 'group', ...more })

test('a knot is told of once; a loop with a time-out, a handler or a failure that ends is none', () => {
  expect(foundIn([wait('a'), wait('b', { next: 'a' })], 'DEAD_END')).toEqual(['a $.nodes[0]'])
  expect(foundIn([wait('a', { next: 'a', timeout: 'P1D' })], 'DEAD_END')).toEqual([])
  expect(foundIn([textNode('a', { next: 'a', onError: null })], 'DEAD_END')).toEqual([])
  const left = [
    group('g', { on: [{ event: 'z.z', next: null }] }),
    wait('a', { parent: 'g', next: 'a' }),
  ]
  expect(foundIn(left, 'DEAD_END')).toEqual([])
})

test('a failure that nobody catches is no end', () => {
  expect(foundIn([textNode('a'), wait('b', { next: 'a' })], 'DEAD_END')).toEqual(['a $.nodes[0]'])
})

test('the way back from an interrupt is no end for who is interrupted, but for the interrupt', () => {
  const interrupt = { id: 'menu', type: 'interrupt', words: ['menu'] }
  const nodes = [wait('a', { next: 'a' }), interrupt, textNode('t', { parent: 'menu' })]
  expect(foundIn(nodes, 'DEAD_END')).toEqual(['a $.nodes[0]'])
})

const parallel = (last: object) => [
  { id: 'p', type: 'parallel' },
  group('l', { parent: 'p' }),
  wait('a', { parent: 'l' }),
  group('r', { parent: 'p' }),
  wait('b', { parent: 'r', ...last }),
]

test('JOIN_NEVER_REACHED is an error where nothing else leads out, else a warning', () => {
  const severities = (nodes: object[]) =>
    findingsIn(nodes, 'JOIN_NEVER_REACHED').map(({ severity, nodeId }) => `${severity} ${nodeId}`)
  expect(severities(parallel({}))).toEqual([])
  expect(severities(parallel({ next: 'b' }))).toEqual(['error p'])
  expect(severities(parallel({ next: 'b', timeout: 'P1D', timeoutNext: null }))).toEqual([
    'warning p',
  ])
})

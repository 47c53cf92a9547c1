import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

const CODE = 'NODE_UNREACHABLE'

test('interrupts are reached by words, and what they hold with them', () => {
  const nodes = [
    { id: 'menu', type: 'interrupt', words: ['menu'] },
    textNode('inner', { parent: 'menu' }),
    textNode('first'),
  ]
  expect(foundIn(nodes, CODE)).toEqual([])
})

test('a node that others need, or that holds others, is not simply taken away', () => {
  const nodes = [
    textNode('a', { next: null }),
    textNode('b', { next: 'c' }),
    textNode('c'),
    { id: 'g', type: 'group' },
    textNode('d', { parent: 'g' }),
  ]
  const fixes = findingsIn(nodes.slice(0, 3), CODE).map(({ nodeId, fix }) => [nodeId, fix?.length])
  expect(fixes).toEqual([
    ['b', 1],
    ['c', undefined],
  ])
  const [lost] = findingsIn([textNode('a', { next: null }), ...nodes.slice(3)], CODE)
  expect(lost).toMatchObject({ nodeId: 'g', fix: null })
})

import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

test('an interrupt that holds nothing is empty too', () => {
  const nodes = [textNode('a'), { id: 'menu', type: 'interrupt', words: ['menu'] }]
  expect(foundIn(nodes, 'CONTAINER_EMPTY')).toEqual(['menu $.nodes[1]'])
})

test('the fix of a wrong parent puts the node at the root', () => {
  const [found] = findingsIn([textNode('a', { parent: 'gone' })], 'PARENT_INVALID')
  expect(found?.fix).toEqual([{ op: 'remove', path: '/nodes/0/parent' }])
})

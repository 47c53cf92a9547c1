import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

test('every kind of message is asked for its purpose, and nothing else is', () => {
  const nodes = [
    textNode('a'),
    textNode('b', { purpose: 'service' }),
    { id: 'c', type: 'email.send_template', template: 'x' },
    { id: 'q', type: 'ask', text: 'CEP?' },
    { id: 't', type: 'tag.add', tags: ['x'] },
  ]
  const found = findingsIn(nodes, 'PURPOSE_MISSING')
  expect(found.map(({ nodeId, fix }) => [nodeId, fix?.[0]])).toMatchObject([
    ['a', { value: 'service' }],
    ['c', { value: 'marketing' }],
    ['q', { value: 'service' }],
  ])
  expect(foundIn([textNode('b', { purpose: 'billing' })], 'PURPOSE_MISSING')).toEqual([])
})

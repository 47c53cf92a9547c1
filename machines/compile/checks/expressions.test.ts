import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { foundIn } from '../../testing/findings.ts'

test('a path in a text is words; a path in a value is read', () => {
  expect(foundIn([textNode('a', { text: '$.[' })], 'EXPRESSION_INVALID')).toEqual([])
  const upsert = { id: 'u', type: 'contact.upsert', map: { x: ['ok', { y: '$.[' }] } }
  expect(foundIn([upsert], 'EXPRESSION_INVALID')).toEqual(['u $.nodes[0].map.x[1].y'])
})

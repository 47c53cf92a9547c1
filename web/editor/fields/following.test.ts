import { expect, test } from 'vitest'
import { documentOf, textNode } from '#machines/testing/document.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { followingIn } from './following.ts'

test('what is left out leads to what follows, or to the container that it ends', () => {
  const document = documentOf([
    { id: 'g', type: 'group', onError: 'z' },
    textNode('a', { parent: 'g' }),
    textNode('b', { parent: 'g' }),
    textNode('z'),
  ]) as WorkflowDocument
  expect(followingIn(document, 'a').get('next')).toBe('b')
  expect(followingIn(document, 'b').get('next')).toBe('g')
  expect(followingIn(document, 'a').get('onError')).toBe('z')
  expect(followingIn(document, 'gone').size).toBe(0)
})

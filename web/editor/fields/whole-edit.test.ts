import { expect, test } from 'vitest'
import { documentOf, textNode } from '#machines/testing/document.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { wholeEdit } from './whole-edit.ts'

const document = documentOf([textNode('a', { parent: 'g' }), textNode('b')]) as WorkflowDocument

test('a node is replaced, but keeps its id and its place', () => {
  const whole = { id: 'x', type: 'end', parent: 'h', note: 1 }
  const { document: after, select } = wholeEdit(document, 'a', whole)
  expect(after.nodes[0]).toEqual({ id: 'a', type: 'end', parent: 'g', note: 1 })
  expect(after.nodes[1]).toBe(document.nodes[1])
  expect(select).toEqual(['a'])
})

test('the trigger is replaced; without a type nothing is', () => {
  expect(wholeEdit(document, '$trigger', { type: 'manual' }).document.trigger).toEqual({
    type: 'manual',
  })
  expect(wholeEdit(document, 'a', { id: 'a' }).document).toBe(document)
})

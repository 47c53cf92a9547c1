import { expect, test } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import tests from '../../examples/lead-to-purchase.tests.json' with { type: 'json' }
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import { runTests } from '#machines/simulate/workflow-tests.ts'
import { removeNodes } from '../editor/edits/remove-nodes.ts'
import { renameNode } from '../editor/edits/rename-node.ts'
import { setField } from '../editor/edits/set-field.ts'
import { renamedInTests, renamingBetween } from './renamed-in-tests.ts'

const before = purchase as WorkflowDocument
const kept = tests as WorkflowTest[]

test('Tests pass after each of their states got another name, and are as they were once that is undone', () => {
  for (const { id } of before.nodes) {
    const { document } = renameNode(before, id, `${id}_novo`)
    const renaming = renamingBetween(before, document)!
    const followed = renamedInTests(kept, renaming)
    expect(runTests(document, followed).filter(({ passed }) => !passed)).toEqual([])
    expect(renamedInTests(followed, renamingBetween(document, before)!)).toEqual(kept)
  }
})

test('Whom a conversation is given back to has its new name too', () => {
  const script = [{ takeOver: true }, { giveBack: { mode: 'state', nodeId: 'lembrete' } }]
  const [one] = renamedInTests([{ name: 't', script, expect: {} }], { from: 'lembrete', to: 'l' })
  expect(one?.script[1]).toEqual({ giveBack: { mode: 'state', nodeId: 'l' } })
})

test('Tests that do not name the state stay the very same', () => {
  expect(renamedInTests(kept, { from: 'ninguem', to: 'alguem' })).toBe(kept)
})

test('Nothing else is taken for another name', () => {
  expect(renamingBetween(before, before)).toBeNull()
  expect(renamingBetween(before, removeNodes(before, ['valor']).document)).toBeNull()
  expect(renamingBetween(before, setField(before, 'responde', ['text'], 'Oi').document)).toBeNull()
  const other = before.nodes.map((node) =>
    node.id === 'valor' ? { id: 'novo', type: 'delay', duration: 'P1D' } : node,
  )
  expect(renamingBetween(before, { nodes: other })).toBeNull()
})

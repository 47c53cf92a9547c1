import { expect, test } from 'vitest'
import { WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import { copyOf } from './copy-of.ts'

const document = { id: 'wf_1', name: 'Fluxo', trigger: { type: 'manual' }, nodes: [], note: 'x' }

test('a copy is the same workflow under a name and an id of its own', () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const copy = copyOf(document, 'n'.repeat(300), bytes)
  expect(WorkflowDocumentSchema.safeParse(copy).success).toBe(true)
  expect(copy).toMatchObject({ trigger: document.trigger, nodes: [], note: 'x' })
  expect(copy.id).toMatch(/^wf_[0-9a-z]{16}$/)
  expect(
    copyOf(
      document,
      'x',
      bytes.map((byte) => byte + 1),
    ).id,
  ).not.toBe(copy.id)
  expect(document).toMatchObject({ id: 'wf_1', name: 'Fluxo' })
})

import { expect, test } from 'vitest'
import { refused } from './errors.ts'
import { conflictOf } from './versions.ts'

const details = {
  definition: { id: 'wf_1', nodes: [] },
  revision: 7,
  savedBy: { id: 'usr_bia', name: 'Bia' },
  savedAt: '2026-03-02T12:00:00.000Z',
}
const refusal = (code: string, more: object = {}) =>
  refused(409, { error: { code, message: 'No', correlationId: 'c1', ...more } })

test('A refused save tells which draft is there instead', () => {
  expect(conflictOf(refusal('WORKFLOW_CONFLICT', { details }))).toEqual(details)
})

test('No other failure is a conflict, nor is one that shows nothing', () => {
  const others = [
    refusal('ACTION_NOT_POSSIBLE', { details }),
    refusal('WORKFLOW_CONFLICT'),
    refusal('WORKFLOW_CONFLICT', { details: { ...details, revision: 'seven' } }),
    refused(409, null),
    new Error('offline'),
  ]
  expect(others.map(conflictOf)).toEqual(others.map(() => null))
})

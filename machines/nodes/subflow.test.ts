import { expect, test } from 'vitest'
import { behaviourOf, NOW, refusalOf, scopeWith, targetsOf, ZONE } from '../testing/document.ts'

const body = (more: object = {}) => ({ type: 'subflow', workflow: 'wf_endereco', ...more })

test('subflow names a workflow, perhaps its version, and inputs by variable name', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ version: 'ver_1', input: { cep: '$.payload.cep' } }))).toBeNull()
  expect(refusalOf(body({ workflow: 'endereco' }))).toEqual(['workflow'])
  expect(refusalOf(body({ version: 3 }))).toEqual(['version'])
  expect(refusalOf(body({ input: { 'a b': 1 } }))).toEqual(['input.a b'])
  expect(refusalOf(body({ timeoutNext: 'n2' }))).toEqual(['timeout'])
})

test('subflow asks for a run with its input, and may wait for it only so long', () => {
  const { command, delay } = behaviourOf(
    body({ input: { cep: '$.payload.cep', nome: '{{name}}' }, timeout: 'PT1H' }),
  )
  expect(command?.(scopeWith({ payload: { cep: '30130-010' } }))).toEqual({
    kind: 'subflow.start',
    workflowId: 'wf_endereco',
    versionId: null,
    input: { cep: '30130-010', nome: 'Ana' },
  })
  expect(delay?.(NOW, ZONE, {})).toBe(3_600_000)
  expect(targetsOf(body({ timeout: 'PT1H', timeoutNext: 'n2', onError: 'n3' }))).toEqual({
    next: undefined,
    error: 'n3',
    timeout: 'n2',
  })
})

import { expect, test } from 'vitest'
import { findingsIn, foundIn } from '../../testing/findings.ts'
import type { KnownWorkflow } from '../surroundings.ts'

const known = (more: Partial<KnownWorkflow> = {}): KnownWorkflow => ({
  id: 'wf_called',
  versions: [{ id: 'ver_1', number: 1 }],
  publishedVersionId: 'ver_1',
  input: { nome: 'text', idade: 'number' },
  output: null,
  ...more,
})
const around = (...workflows: KnownWorkflow[]) => ({
  surroundings: { channels: new Set<string>(), templates: [], workflows },
})
const call = (more: object = {}) => [
  {
    id: 'c',
    type: 'subflow',
    workflow: 'wf_called',
    input: { nome: '{{name}}', idade: 18 },
    ...more,
  },
]

test('a workflow is there when it is published, or has the version that is named', () => {
  expect(foundIn(call(), 'SUBFLOW_MISSING', around(known()))).toEqual([])
  expect(foundIn(call(), 'SUBFLOW_MISSING', around())).toEqual(['c $.nodes[0].workflow'])
  const draft = around(known({ publishedVersionId: null }))
  expect(foundIn(call(), 'SUBFLOW_MISSING', draft)).toEqual(['c $.nodes[0].workflow'])
  expect(foundIn(call({ version: 'ver_1' }), 'SUBFLOW_MISSING', draft)).toEqual([])
  const [gone] = findingsIn(call({ version: 'ver_2' }), 'SUBFLOW_MISSING', around(known()))
  expect(gone).toMatchObject({
    path: '$.nodes[0].version',
    fix: [{ op: 'remove', path: '/nodes/0/version' }],
  })
})

test('the input has the names and, where they stand in the document, the types that are asked for', () => {
  const wrong = (input: object | undefined) =>
    findingsIn(call({ input }), 'SUBFLOW_INPUT_WRONG', around(known())).map(
      ({ message }) => /: (.*?)\. Fill/.exec(message.en)?.[1],
    )
  expect(wrong({ nome: 'Ana', idade: '$.payload.idade' })).toEqual([])
  expect(wrong({ nome: 'Ana' })).toEqual(['missing "idade"'])
  expect(wrong(undefined)).toEqual(['missing "nome", "idade"'])
  expect(wrong({ nome: 'Ana', idade: 18, x: 1 })).toEqual(['unknown "x"'])
  expect(wrong({ nome: 'Ana', idade: 'dezoito' })).toEqual(['"idade" is no number'])
  const silent = around(known({ input: null }))
  expect(foundIn(call({ input: { x: 1 } }), 'SUBFLOW_INPUT_WRONG', silent)).toEqual([])
})

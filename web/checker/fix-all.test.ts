import { expect, test } from 'vitest'
import type { Diagnostic, JsonPatchOp } from '#machines/contracts/api.ts'
import { fixesTogether } from './fix-all.ts'

function problem(nodeId: string, path: string, fix: JsonPatchOp[] | null): Diagnostic {
  return { code: 'X', severity: 'error', nodeId, path, message: { 'pt-BR': '', en: '' }, fix }
}
const remove = (path: string): JsonPatchOp[] => [{ op: 'remove', path }]

test('fixes further down go first, so that they move nothing that another one names', () => {
  const found = [
    problem('b', '$.nodes[2]', remove('/nodes/2')),
    problem('k', '$.nodes[10]', remove('/nodes/10')),
    problem('a', '$.nodes[0]', null),
    { ...problem('z', '$.nodes[12]', remove('/nodes/12')), code: 'OTHER' },
  ]
  expect(
    fixesTogether(found, 'X')
      .flat()
      .map(({ path }) => path),
  ).toEqual(['/nodes/10', '/nodes/2'])
})

test('of one state only one is fixed at a time: the next may not stand where it stood', () => {
  const found = [0, 1].map((word) =>
    problem('a', `$.nodes[0].words[${word}]`, remove(`/nodes/0/words/${word}`)),
  )
  expect(fixesTogether(found, 'X')).toEqual([remove('/nodes/0/words/0')])
})

test('fixes that would make two states of one name wait for each other', () => {
  const add = (index: number): JsonPatchOp[] => [
    { op: 'replace', path: `/nodes/${index}/next`, value: 'espera' },
    { op: 'add', path: `/nodes/${index + 1}`, value: { id: 'espera', type: 'delay' } },
  ]
  const rename = (index: number): JsonPatchOp[] => [
    { op: 'replace', path: `/nodes/${index}/id`, value: 'a_2' },
  ]
  const waits = [problem('a', '$.nodes[0].next', add(0)), problem('b', '$.nodes[4].next', add(4))]
  expect(fixesTogether(waits, 'X')).toEqual([add(4)])
  const twins = [problem('c', '$.nodes[1].id', rename(1)), problem('d', '$.nodes[2].id', rename(2))]
  expect(fixesTogether(twins, 'X')).toEqual([rename(2)])
})

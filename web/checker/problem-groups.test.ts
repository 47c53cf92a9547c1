import { expect, test } from 'vitest'
import type { Diagnostic } from '#machines/contracts/api.ts'
import {
  countProblems,
  cutGroups,
  groupProblems,
  placeOfProblem,
  problemBeside,
} from './problem-groups.ts'

function problem(path: string, severity: 'error' | 'warning', nodeId: string | null): Diagnostic {
  return { code: 'X', severity, nodeId, path, message: { 'pt-BR': path, en: path } }
}

const warned = problem('$.nodes[0].text', 'warning', 'a')
const late = problem('$.nodes[11]', 'error', 'l')
const both = [problem('$.nodes[2].next', 'warning', 'c'), problem('$.nodes[2]', 'error', 'c')]
const trigger = problem('$.trigger.type', 'error', null)
const whole = problem('$.nodes', 'warning', null)
const all = [warned, late, ...both, whole, trigger]

test('problems stand under their state: what stands against publishing first, then as in the document', () => {
  const listed = groupProblems(all).map(({ nodeId, problems }) => [
    nodeId,
    ...problems.map(({ path }) => path),
  ])
  expect(listed).toEqual([
    ['$trigger', '$.trigger.type'],
    ['c', '$.nodes[2]', '$.nodes[2].next'],
    ['l', '$.nodes[11]'],
    [null, '$.nodes'],
    ['a', '$.nodes[0].text'],
  ])
  expect(countProblems(all)).toEqual({ errors: 3, warnings: 3 })
  expect(all.map(placeOfProblem)).toEqual(['a', 'l', 'c', 'c', null, '$trigger'])
})

test('one goes from problem to problem, round and round', () => {
  expect(problemBeside(all, null, 1)).toBe(warned)
  expect(problemBeside(all, null, -1)).toBe(trigger)
  expect(problemBeside(all, warned, 1)).toBe(late)
  expect(problemBeside(all, warned, -1)).toBe(trigger)
  expect(problemBeside(all, trigger, 1)).toBe(warned)
  expect(problemBeside([], null, 1)).toBe(null)
})

test('a long list is cut in the middle of a state, too', () => {
  const groups = groupProblems(all)
  const shown = cutGroups(groups, 2)
  expect(shown.map(({ nodeId, problems }) => [nodeId, problems.length])).toEqual([
    ['$trigger', 1],
    ['c', 1],
  ])
  expect(cutGroups(groups, 100)).toEqual(groups)
})

test('a group that comes to the top pushes none out that was shown before', () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    problem(`$.nodes[${index}].text`, 'warning', `n${index}`),
  )
  const before = cutGroups(groupProblems(many), 10)
  const risen = problem('$.nodes[11]', 'error', 'n11')
  const now = cutGroups(groupProblems([...many, risen]), 10, before)
  const ids = now.map(({ nodeId }) => nodeId)
  expect(ids).toEqual(['n11', ...before.map(({ nodeId }) => nodeId)])
  expect(cutGroups(groupProblems(many), 10, now).map(({ nodeId }) => nodeId)).toEqual([
    ...before.map(({ nodeId }) => nodeId),
    'n11',
  ])
})

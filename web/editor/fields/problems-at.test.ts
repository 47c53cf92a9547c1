import { expect, test } from 'vitest'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { isInside, problemsAt, problemsBeside } from './problems-at.ts'

const problem = (path: string): Diagnostic => ({
  code: 'X',
  severity: 'error',
  nodeId: 'a',
  path,
  message: { 'pt-BR': path, en: path },
})
const paths = (problems: readonly Diagnostic[]): string[] => problems.map(({ path }) => path)
const all = ['', '.text', '.buttons', '.buttons[0].title', '.buttonsX', '0.text'].map((field) =>
  problem(`$.nodes[1]${field}`),
)

test('a problem is inside a field by whole steps of its path', () => {
  expect(isInside('$.a[0].b', '$.a')).toBe(true)
  expect(isInside('$.ab', '$.a')).toBe(false)
  expect(isInside("$.a['b c']", '$.a')).toBe(true)
})

test('a field shows its own problems, and those of its parts where it is asked to', () => {
  const base = '$.nodes[1]'
  expect(paths(problemsAt(all, { base, path: '.buttons', extent: 'inside' }))).toEqual([
    '$.nodes[1].buttons',
    '$.nodes[1].buttons[0].title',
  ])
  expect(paths(problemsAt(all, { base, path: '.buttons', extent: 'here' }))).toEqual([
    '$.nodes[1].buttons',
  ])
})

test('what no field shows stands at the top of the form, and problems of other nodes do not', () => {
  const shown = [
    { path: '.text', extent: 'inside' },
    { path: '.buttons', extent: 'here' },
  ] as const
  expect(paths(problemsBeside(all, '$.nodes[1]', shown))).toEqual([
    '$.nodes[1]',
    '$.nodes[1].buttons[0].title',
    '$.nodes[1].buttonsX',
  ])
})

import { expect, test } from 'vitest'
import { idProblem } from './id-problem.ts'

test('an id has letters and digits, is no name of the platform, and is nobody else’s', () => {
  const document = {
    nodes: [
      { id: 'a', type: 'end' },
      { id: 'b', type: 'end' },
    ],
  }
  const problem = (id: string) => idProblem(id, 'a', document)
  expect(problem('a')).toBeNull()
  expect(problem('novo_nó')).toBeNull()
  expect(problem(' ')).toBe('empty')
  expect(problem('a.b')).toBe('letters')
  expect(problem('vars')).toBe('reserved')
  expect(problem('constructor')).toBe('reserved')
  expect(problem('b')).toBe('taken')
})

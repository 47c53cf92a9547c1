import { expect, test } from 'vitest'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { liveMarks } from './marks.ts'
import { withProblems } from './problems.ts'
import { node } from './testing/chart.ts'

function problem(nodeId: string | null, severity: Diagnostic['severity'] = 'error'): Diagnostic {
  const message = { 'pt-BR': `erro em ${nodeId}`, en: `error in ${nodeId}` }
  return { code: 'NODE_INVALID', severity, nodeId, path: '$', message }
}

test('A state carries its own errors; warnings and errors of no state mark nothing', () => {
  const chart = { nodes: [node('a'), node('b'), node('c')], edges: [] }
  const marks = liveMarks(chart, { a: 2 }, { finished: 0, failed: 0 })
  const found = [problem('a'), problem('a'), problem('b', 'warning'), problem(null), problem('x')]
  const { nodes } = withProblems(marks, found, ({ message }) => message.en)
  expect(nodes.get('a')).toMatchObject({ count: 2, problems: ['error in a', 'error in a'] })
  expect(nodes.get('b')?.problems).toBeUndefined()
  expect([...nodes.keys()]).toEqual(['a', 'b', 'c'])
})

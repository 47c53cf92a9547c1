import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { drawnTrace, withPointed, withTrace } from './trace.ts'
import { edge, node } from './testing/chart.ts'

const chart: Chart = {
  nodes: ['$trigger', 'a', 'b', 'c', '$end'].map((id) => node(id)),
  edges: [
    edge('$trigger', 'a'),
    edge('a', 'b', 'then'),
    edge('a', 'c', 'else'),
    edge('b', '$end'),
    edge('c', '$end'),
  ],
}
const marks = {
  nodes: new Map(chart.nodes.map(({ id }) => [id, { tone: 'neutral' as const }])),
  edges: new Map(),
}
const traced = (shown: typeof marks) =>
  [...shown.nodes].flatMap(([id, mark]) => ('traced' in mark ? [id] : []))

test('A path is pointed out from the trigger on, with the edges that it takes and no others', () => {
  const shown = withTrace(marks, chart, ['a', 'c', '$end']) as typeof marks
  expect(traced(shown)).toEqual(['$trigger', 'a', 'c', '$end'])
  expect([...shown.edges.keys()]).toEqual(['$trigger:next', 'a:else', 'c:next'])
})

test('Without a path nothing is pointed out, and a pointed state has no way to it', () => {
  expect(withTrace(marks, chart, [])).toBe(marks)
  const shown = withPointed(marks, ['b']) as typeof marks
  expect([traced(shown), shown.edges.size]).toEqual([['b'], 0])
})

test('Nodes of type end are drawn as the one end', () => {
  expect(drawnTrace(['a', 'bye', '$end'], new Set(['bye']))).toEqual(['a', '$end'])
})

import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { dragOf, draggedBy } from './dragging.ts'
import type { Box } from './paths.ts'
import { node } from './testing/chart.ts'

const chart: Chart = {
  nodes: [
    node('g', 'container', 'group'),
    { ...node('h', 'container', 'group'), parent: 'g' },
    { ...node('deep'), parent: 'h' },
    node('alone'),
  ],
  edges: [],
}
const boxes = new Map<string, Box>(
  chart.nodes.map(({ id }, index) => [id, { x: 3, y: index * 100, width: 10, height: 10 }]),
)

test('A container takes along all that it holds, at every depth', () => {
  expect([...dragOf(chart, boxes, ['g']).away]).toEqual(['g', 'h', 'deep'])
  expect([...dragOf(chart, boxes, ['alone']).away]).toEqual(['alone'])
})

test('What another one of the dragged holds is not dragged by itself', () => {
  expect(dragOf(chart, boxes, ['deep', 'g', 'alone', 'gone', '$trigger']).roots).toEqual([
    'g',
    'alone',
  ])
})

test('All move by the same, and the first comes to rest on the grid', () => {
  const drag = dragOf(chart, boxes, ['alone', 'h'])
  expect(draggedBy(drag, { x: 10, y: -1 })).toEqual({
    alone: { x: 16, y: 296 },
    h: { x: 16, y: 96 },
    deep: { x: 16, y: 196 },
  })
})

test('Who trembles does not move anything', () => {
  const still = new Map([['alone', { x: 8, y: 16, width: 1, height: 1 }]])
  expect(draggedBy(dragOf(chart, still, ['alone']), { x: 3, y: -3 })).toEqual({})
  expect(draggedBy(dragOf(chart, still, []), { x: 30, y: 0 })).toEqual({})
})

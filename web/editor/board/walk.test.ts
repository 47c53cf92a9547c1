import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { edge, node } from '../../canvas/testing/chart.ts'
import { walk } from './walk.ts'

const chart: Chart = {
  nodes: [node('a'), node('near'), node('goal'), node('$failed', 'failed')],
  edges: [
    edge('a', 'goal', 'then'),
    edge('a', '$failed', 'error'),
    edge('goal', 'a', 'timeout'),
    edge('near', 'goal'),
  ],
}
const at = (x: number, y: number) => ({ x, y, width: 100, height: 40 })
const boxes = new Map([
  ['a', at(0, 0)],
  ['near', at(0, 100)],
  ['goal', at(300, 300)],
  ['$failed', at(0, 200)],
])

test('Down follows the way although another state is nearer', () => {
  expect(walk(chart, boxes, 'a', 'down')).toBe('goal')
})

test('Up goes back along the way that comes from above, not down along one that swings back', () => {
  expect(walk(chart, boxes, 'goal', 'up')).toBe('near')
  expect(walk(chart, boxes, 'a', 'up')).toBeNull()
})

test('Where no way leads on, the nearest state is next', () => {
  expect(walk(chart, boxes, 'near', 'up')).toBe('a')
  expect(walk(chart, boxes, 'goal', 'left')).toBe('$failed')
  expect(walk(chart, boxes, 'goal', 'down')).toBeNull()
})

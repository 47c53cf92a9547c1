import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { aimAt, placeAt } from './aiming.ts'
import { layoutChart } from './layout.ts'
import { edge, node } from './testing/chart.ts'

const chart: Chart = {
  nodes: [node('a'), node('b'), node('empty', 'container', 'group')],
  edges: [edge('a', 'b')],
}
const layout = layoutChart(chart, () => null)
const ground = { chart, layout, reach: 10 }
const box = (id: string) => layout.boxes.get(id)!
const between = { x: box('a').x + box('a').width / 2, y: (box('a').y + 56 + box('b').y) / 2 }

test('On the way between two states it lands on that way', () => {
  const aim = aimAt(ground, between, new Set())
  expect(aim).toEqual({ node: null, edge: 'a:next', holder: null })
  expect(placeAt(chart, aim)).toEqual({ holder: null, way: { nodeId: 'a', port: 'next' } })
})

test('The ways of what is carried itself are no goal', () => {
  expect(aimAt(ground, between, new Set(['b'])).edge).toBeNull()
})

test('The card of a container that holds nothing takes what is put onto it', () => {
  const { x, y } = box('empty')
  const aim = aimAt(ground, { x: x + 5, y: y + 5 }, new Set())
  expect(placeAt(chart, aim)).toEqual({ holder: 'empty', way: null })
  expect(aimAt(ground, { x: x + 5, y: y + 5 }, new Set(['empty'])).holder).toBeNull()
})

import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { edge, node } from './testing/chart.ts'
import { layoutChart } from './layout.ts'
import { neighbourOf } from './neighbours.ts'
import { gapsBetween } from './gaps.ts'
import { bentPath } from './paths.ts'
import type { Box } from './paths.ts'

const chart: Chart = {
  nodes: [
    node('$trigger', 'trigger'),
    node('a', 'choice'),
    node('left'),
    node('right'),
    node('$end', 'end'),
    node('$failed', 'failed'),
  ],
  edges: [
    edge('$trigger', 'a'),
    edge('a', 'left', 'case:x', 'x'),
    edge('a', 'right', 'default'),
    edge('left', '$end'),
    edge('right', '$end'),
    edge('left', '$failed', 'error'),
    edge('right', 'a', 'timeout', 'P1D'),
  ],
}
const layout = layoutChart(chart, ({ label }) => label)

function boxOf(id: string): Box {
  const box = layout.boxes.get(id)
  if (!box) throw new Error(`${id} has no box`)
  return box
}

test('Every state lies below the states that lead to it', () => {
  expect(boxOf('$trigger').y).toBeLessThan(boxOf('a').y)
  expect(boxOf('a').y).toBeLessThan(boxOf('left').y)
  expect(boxOf('left').y).toBeLessThan(boxOf('$end').y)
})

test('No two states overlap', () => {
  const boxes = [...layout.boxes.values()]
  const overlaps = boxes.flatMap((a, at) =>
    boxes.slice(at + 1).filter((b) => {
      const apartX = a.x + a.width <= b.x || b.x + b.width <= a.x
      const apartY = a.y + a.height <= b.y || b.y + b.height <= a.y
      return !apartX && !apartY
    }),
  )
  expect(overlaps).toEqual([])
})

test('Every edge has a path, also the ones that go back', () => {
  expect([...layout.edges.keys()].sort()).toEqual(chart.edges.map(({ id }) => id).sort())
  for (const { path } of layout.edges.values()) expect(path).toMatch(/^M-?[\d.]+,-?[\d.]+[CLHQV]/)
})

test('Edges that leave one state start at different places', () => {
  const starts = ['a:case:x', 'a:default'].map((id) => layout.edges.get(id)?.path.split(/[CL]/)[0])
  expect(new Set(starts).size).toBe(2)
})

test('The failure that nobody catches stands beside the end and inside the drawing', () => {
  const failed = boxOf('$failed')
  expect(failed.x).toBeGreaterThan(boxOf('$end').x)
  expect(failed.x + failed.width).toBeLessThanOrEqual(layout.width)
  expect(failed.y + failed.height).toBeLessThanOrEqual(layout.height)
})

test('No edge leaves the drawing', () => {
  for (const { right } of layout.edges.values()) expect(right).toBeLessThanOrEqual(layout.width)
})

test('A way passes the states below through the gap that is nearest to it', () => {
  const below = { x: 20, y: 100, width: 100, height: 40 }
  expect(gapsBetween({ x: 100, y: 40 }, { x: 350, y: 200 }, [below])).toEqual([
    { x: 140, y: 100 },
    { x: 140, y: 140 },
  ])
  expect(gapsBetween({ x: 200, y: 40 }, { x: 350, y: 200 }, [below])).toEqual([
    { x: 200, y: 100 },
    { x: 200, y: 140 },
  ])
})

test('What a failure leads to does not move the states that are on the way anyway', () => {
  const failures = ['a', 'left', 'right'].map((id) => edge(id, '$end', 'error'))
  const failing = layoutChart(
    { ...chart, edges: [...chart.edges.slice(0, 5), ...failures] },
    () => null,
  )
  const calm = layoutChart({ ...chart, edges: chart.edges.slice(0, 5) }, () => null)
  expect(failing.boxes).toEqual(calm.boxes)
  for (const { id } of failures) expect(failing.edges.get(id)?.path).toMatch(/^M/)
})

test('A drawing of five hundred states is laid out within two seconds', () => {
  const ids = Array.from({ length: 500 }, (_, index) => `n${index}`)
  const large: Chart = {
    nodes: ids.map((id) => node(id)),
    edges: ids
      .slice(1)
      .map((id, index) => edge(ids[Math.floor(index / 2)] ?? 'n0', id, `case:${index}`)),
  }
  const start = performance.now()
  expect(layoutChart(large, () => null).boxes.size).toBe(500)
  expect(performance.now() - start).toBeLessThan(2000)
})

test('A path through points on one line is straight; any other turns twice, where it is told to', () => {
  const [start, below, aside] = [
    { x: 0, y: 0 },
    { x: 0, y: 10 },
    { x: 40, y: 100 },
  ]
  expect(bentPath([start, below])).toBe('M0,0L0,10')
  expect(bentPath([start, aside])).toBe('M0,0L0,40C0,50 0,50 10,50L30,50C40,50 40,50 40,60L40,100')
  expect(bentPath([start, { ...aside, turn: 80 }])).toBe(
    'M0,0L0,70C0,80 0,80 10,80L30,80C40,80 40,80 40,90L40,100',
  )
  expect(bentPath([])).toBe('')
})

test('An arrow key goes to the nearest state in its direction, or nowhere', () => {
  expect(neighbourOf(layout.boxes, '$trigger', 'down')).toBe('a')
  expect(neighbourOf(layout.boxes, 'a', 'up')).toBe('$trigger')
  const [west, east] = boxOf('left').x < boxOf('right').x ? ['left', 'right'] : ['right', 'left']
  expect(neighbourOf(layout.boxes, west ?? '', 'right')).toBe(east)
  expect(neighbourOf(layout.boxes, '$trigger', 'up')).toBeNull()
  expect(neighbourOf(layout.boxes, 'nowhere', 'up')).toBeNull()
})

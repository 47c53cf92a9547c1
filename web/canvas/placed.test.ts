import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { layoutChart } from './layout.ts'
import { placeChart, positionsIn } from './placed.ts'
import { edge, node } from './testing/chart.ts'

const chart: Chart = {
  nodes: [node('$trigger', 'trigger'), node('a'), node('b'), node('c'), node('$end', 'end')],
  edges: [edge('$trigger', 'a'), edge('a', 'b'), edge('b', 'c'), edge('c', '$end')],
}
const laid = layoutChart(chart, () => null)

test('Without positions it is the drawing of dagre itself', () => {
  expect(placeChart(chart, laid, {})).toBe(laid)
  expect(placeChart(chart, laid, { gone: { x: 1, y: 2 } })).toBe(laid)
})

test('Who was put somewhere lies there, everybody else where they were', () => {
  const placed = placeChart(chart, laid, { b: { x: 900, y: -40 } })
  expect(placed.boxes.get('b')).toEqual({ x: 900, y: -40, width: 248, height: 56 })
  for (const id of ['$trigger', 'a', 'c', '$end'])
    expect(placed.boxes.get(id)).toBe(laid.boxes.get(id))
})

test('Only the ways of who moved are drawn anew, and they end at the new place', () => {
  const placed = placeChart(chart, laid, { c: { x: 900, y: 600 } })
  expect(placed.edges.get('a:next')).toBe(laid.edges.get('a:next'))
  expect(placed.edges.get('b:next')?.path).toMatch(/[ L]1024,600$/)
  expect(placed.edges.get('c:next')?.path).toMatch(/^M1148,628L/)
})

test('The drawing reaches as far as what was put outside of it', () => {
  const placed = placeChart(chart, laid, { b: { x: -500, y: -40 }, c: { x: 900, y: 0 } })
  expect(placed).toMatchObject({ left: -516, top: -56 })
  expect(placed.left + placed.width).toBeGreaterThanOrEqual(1148)
})

test('A frame lets go of what is being dragged out of it', () => {
  const inside: Chart = {
    nodes: [
      node('g', 'container', 'group'),
      { ...node('x'), parent: 'g' },
      { ...node('y'), parent: 'g' },
    ],
    edges: [edge('g', 'x', 'inside'), edge('x', 'y')],
  }
  const at = layoutChart(inside, () => null)
  const far = { y: { x: 2000, y: 2000 } }
  const width = (loose: string[]) =>
    placeChart(inside, at, far, new Set(loose)).frames[0]?.box.width ?? 0
  expect(width([])).toBeGreaterThan(2000)
  expect(width(['y'])).toBeLessThan(400)
  expect(width(['g', 'x', 'y'])).toBeGreaterThan(2000)
})

test('What a container holds goes along with it, and its head stays on its frame', () => {
  const inside: Chart = {
    nodes: [node('g', 'container', 'group'), { ...node('x'), parent: 'g' }, node('after')],
    edges: [edge('g', 'x', 'inside'), edge('x', 'after')],
  }
  const at = layoutChart(inside, () => null)
  const [head, x] = [at.boxes.get('g')!, at.boxes.get('x')!]
  const placed = placeChart(inside, at, { g: { x: head.x + 400, y: head.y + 80 } })
  expect(placed.boxes.get('x')).toEqual({ ...x, x: x.x + 400, y: x.y + 80 })
  expect(placed.boxes.get('g')).toEqual({ ...head, x: head.x + 400, y: head.y + 80 })
  expect(placed.boxes.get('after')).toBe(at.boxes.get('after'))
  expect(placed.edges.get('x:next')).not.toBe(at.edges.get('x:next'))
  // Dragged out of it, the only state leaves the frame as it is.
  const out = placeChart(inside, at, { x: { x: 2000, y: 2000 } }, new Set(['x']))
  expect(out.frames).toEqual(at.frames)
})

test('What a document holds as a place and is none is left out', () => {
  expect(
    positionsIn({ positions: { a: { x: 1, y: 2 }, b: { x: 1 }, c: null, d: { x: NaN, y: 1 } } }),
  ).toEqual({ a: { x: 1, y: 2 } })
  for (const layout of [undefined, null, 3, { positions: 'x' }, { positions: null }])
    expect(positionsIn(layout)).toEqual({})
})

test('What the layout puts there later is not covered by who was put there before', () => {
  const at = laid.boxes.get('b')!
  const over = { x: at.x + 20, y: at.y - 30 }
  const placed = placeChart(chart, laid, { a: over })
  expect(placed.boxes.get('b')).toBe(at)
  expect(placed.boxes.get('a')?.y).toBeGreaterThanOrEqual(at.y + at.height)
  expect(placeChart(chart, laid, { a: over }, new Set(['a'])).boxes.get('a')).toMatchObject(over)
})

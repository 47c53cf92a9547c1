import { expect, test } from 'vitest'
import type { Chart } from '#machines/compile/chart.ts'
import { framesOf } from './frames.ts'
import { pointsOn } from './hits.ts'
import { layoutChart } from './layout.ts'
import type { Box } from './paths.ts'
import { edge, node } from './testing/chart.ts'

const inside = (id: string, parent: string, role: 'state' | 'container' = 'state') => ({
  ...node(id, role),
  parent,
})

/** A parallel of two groups, and a state on the way past it. */
const chart: Chart = {
  nodes: [
    node('$trigger', 'trigger'),
    node('ask', 'choice'),
    node('both', 'container'),
    inside('left', 'both', 'container'),
    inside('l1', 'left'),
    inside('l2', 'left'),
    inside('right', 'both', 'container'),
    inside('r1', 'right'),
    node('past'),
    node('after'),
    node('$end', 'end'),
  ],
  edges: [
    edge('$trigger', 'ask'),
    edge('ask', 'both', 'then'),
    edge('ask', 'past', 'else'),
    edge('both', 'left', 'inside:0'),
    edge('both', 'right', 'inside:1'),
    edge('left', 'l1', 'inside'),
    edge('l1', 'l2'),
    edge('right', 'r1', 'inside'),
    edge('l2', 'after'),
    edge('r1', 'after'),
    edge('both', 'past', 'timeout', 'P1D'),
    edge('past', 'after'),
    edge('after', '$end'),
  ],
}
const layout = layoutChart(chart, ({ label }) => label)
const frames = new Map(layout.frames.map(({ id, box }) => [id, box]))
const HELD = {
  both: ['both', 'left', 'l1', 'l2', 'right', 'r1'],
  left: ['left', 'l1', 'l2'],
  right: ['right', 'r1'],
}

function holds(frame: Box | undefined, box: Box | undefined): boolean {
  if (!frame || !box) return false
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  )
}
function touches(a: Box, b: Box): boolean {
  const apart = a.x + a.width <= b.x || b.x + b.width <= a.x
  return !apart && !(a.y + a.height <= b.y || b.y + b.height <= a.y)
}

test.each(Object.entries(HELD))(
  'The box of %s holds what is in it and nothing else',
  (id, held) => {
    const frame = frames.get(id)
    expect(frame).toBeDefined()
    for (const [other, box] of layout.boxes) {
      if (held.includes(other)) expect(holds(frame, box), other).toBe(true)
      else expect(touches(frame as Box, box), other).toBe(false)
    }
  },
)

test('Boxes lie inside each other or apart, outer ones first', () => {
  expect(layout.frames.map(({ id, depth }) => [id, depth])).toEqual([
    ['both', 0],
    ['left', 1],
    ['right', 1],
  ])
  expect(holds(frames.get('both'), frames.get('left'))).toBe(true)
  expect(holds(frames.get('both'), frames.get('right'))).toBe(true)
  expect(touches(frames.get('left') as Box, frames.get('right') as Box)).toBe(false)
})

test('The node of a container is the head of its box, and the box begins with a dot', () => {
  for (const [id, frame] of frames) {
    const { x, y, width } = frame
    expect(layout.boxes.get(id)).toMatchObject({ x, y, width })
  }
  const head = layout.boxes.get('left')
  const first = layout.boxes.get('l1')
  const { dot, path } = layout.edges.get('left:inside') ?? {}
  expect(dot?.y).toBeGreaterThan((head?.y ?? 0) + (head?.height ?? 0))
  const end = pointsOn({ path: path ?? '', label: { x: 0, y: 0 }, right: 0 }).at(-1)
  expect(end).toEqual({ x: (first?.x ?? 0) + 124, y: first?.y })
})

test('What leaves a container leaves from the lower border of its box', () => {
  const frame = frames.get('both')
  const [start] = pointsOn(layout.edges.get('both:timeout')!)
  expect(start?.y).toBe((frame?.y ?? 0) + (frame?.height ?? 0))
})

test('No way runs through a state or a container that it has nothing to do with', () => {
  const around = (id: string): string[] => {
    const parent = chart.nodes.find((each) => each.id === id)?.parent ?? null
    return parent === null ? [id] : [id, ...around(parent)]
  }
  for (const { id, from, to } of chart.edges) {
    const own = new Set([...around(from), ...around(to)])
    const others = [...layout.boxes, ...frames].filter(([other]) => !own.has(other))
    for (const point of pointsOn(layout.edges.get(id)!)) {
      expect(others.filter(([, box]) => holds(box, { ...point, width: 0, height: 0 }))).toEqual([])
    }
  }
})

test('Every edge keeps its path, and nothing leaves the drawing', () => {
  expect([...layout.edges.keys()].sort()).toEqual(chart.edges.map(({ id }) => id).sort())
  for (const { box } of layout.frames) {
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(layout.width)
    expect(box.y + box.height).toBeLessThanOrEqual(layout.height)
  }
})

test('Without containers there are no boxes', () => {
  const flat = { nodes: [node('a'), node('b')], edges: [edge('a', 'b')] }
  expect(
    framesOf(
      flat,
      layoutChart(flat, () => null),
    ),
  ).toEqual([])
})

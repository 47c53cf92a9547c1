// What a container does with the failures inside of it, drawn once, from its frame: every effect in it has that way. Pure.

import type { Chart, ChartEdge } from '#machines/compile/chart.ts'
import { holdersOf } from './frames.ts'
import { bottomOf, midpoint, rightOf } from './paths.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { END_ID } from './route.ts'

/** Like the id of an edge, with a name in it that no port has. */
export const catchId = (container: string): string => `${container}:caught`

export const isCatch = ({ id, from }: ChartEdge): boolean => id === catchId(from)

/** The chart with those ways; the very same where no container catches anything. */
export function withCatches(chart: Chart): Chart {
  const caught = chart.edges.filter(({ caughtBy }) => caughtBy !== undefined)
  if (caught.length === 0) return chart
  const catches = new Map(
    caught.map(({ caughtBy = '', to }): [string, ChartEdge] => {
      const id = catchId(caughtBy)
      return [id, { id, from: caughtBy, to, port: 'error', label: null }]
    }),
  )
  const ids = new Set(chart.nodes.map(({ id }) => id))
  const drawn = [...catches.values()].filter(({ from, to }) => ids.has(from) && to !== END_ID)
  return { nodes: chart.nodes, edges: [...chart.edges, ...drawn] }
}

/** The state inside a container that lies furthest from its card: what catches its failures belongs below that. */
export function deepestIn(chart: Chart, container: string): string {
  const holders = holdersOf(chart)
  const isInside = (id: string): boolean => {
    const holder = holders.get(id)
    return holder !== undefined && (holder === container || isInside(holder))
  }
  const leaving = Map.groupBy(chart.edges, ({ from }) => from)
  const depths = new Map([[container, 0]])
  const queue = [container]
  for (const id of queue) {
    for (const { to } of leaving.get(id) ?? []) {
      if (depths.has(to) || !isInside(to)) continue
      depths.set(to, (depths.get(id) ?? 0) + 1)
      queue.push(to)
    }
  }
  return queue.at(-1) ?? container
}

const INSET = 28
/** Less height than this below a frame has no room for a way down. */
const LEAST_FALL = 12

/** To what lies beside the frame; null where that is no shorter than any other way. */
export function wayToSide(frame: Box, to: Box): PlacedEdge | null {
  const isBelow = to.y >= bottomOf(frame) + LEAST_FALL
  const isRight = to.x >= rightOf(frame)
  if (isBelow || (!isRight && rightOf(to) > frame.x)) return null
  const y = to.y + to.height / 2
  const start = {
    x: isRight ? rightOf(frame) : frame.x,
    y: clamp(y, frame.y + INSET, bottomOf(frame) - INSET),
  }
  return across(start, { x: isRight ? to.x : rightOf(to), y })
}

/** What a container catches and goes on with inside of itself comes in from its border. */
export function wayToInside(frame: Box, to: Box, boxes: Iterable<Box>): PlacedEdge {
  const y = to.y + to.height / 2
  const isInWay = (box: Box) => box.x < to.x && box.x > frame.x && box.y < y && bottomOf(box) > y
  const isRight = [...boxes].some(isInWay)
  const start = { x: isRight ? rightOf(frame) : frame.x, y }
  return across(start, { x: isRight ? rightOf(to) : to.x, y })
}

function across(start: Point, end: Point): PlacedEdge {
  const half = (start.x + end.x) / 2
  return {
    path: `M${start.x},${start.y}C${half},${start.y} ${half},${end.y} ${end.x},${end.y}`,
    label: midpoint(start, end),
    right: Math.max(start.x, end.x),
  }
}

const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), Math.max(least, most))

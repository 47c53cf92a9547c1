// What lies at a point of the drawing, and what lies within a rectangle. Pure.

import type { Frame } from './frames.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'

/** Points taken of one curve: so far apart, but not more than so many. */
const APART = 8
const MOST_SAMPLES = 16

const isInside = ({ x, y }: Point, box: Box): boolean =>
  x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height

/** The state at a point; of several the last, which is drawn above the others. */
export function stateAt(point: Point, boxes: ReadonlyMap<string, Box>): string | null {
  return [...boxes].findLast(([, box]) => isInside(point, box))?.[0] ?? null
}

/** The innermost container at a point. */
export function holderAt(
  point: Point,
  frames: readonly Frame[],
  except: ReadonlySet<string>,
): string | null {
  const found = frames.filter(({ id, box }) => !except.has(id) && isInside(point, box))
  return found.toSorted((a, b) => b.depth - a.depth)[0]?.id ?? null
}

/** States that a rectangle touches, in the order of the drawing. */
export function statesIn(area: Box, boxes: ReadonlyMap<string, Box>): string[] {
  const touched = [...boxes].filter(
    ([, box]) =>
      box.x <= area.x + area.width &&
      box.x + box.width >= area.x &&
      box.y <= area.y + area.height &&
      box.y + box.height >= area.y,
  )
  return touched.map(([id]) => id)
}

/** The rectangle between two corners. */
export function areaBetween(a: Point, b: Point): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  }
}

/** The edge nearest to a point, not further than `within`. */
export function edgeAt(
  point: Point,
  edges: Iterable<readonly [string, PlacedEdge]>,
  within: number,
): string | null {
  let best: { id: string; distance: number } | null = null
  for (const [id, edge] of edges) {
    const distance = distanceTo(point, pointsOn(edge))
    if (distance <= within && distance < (best?.distance ?? Infinity)) best = { id, distance }
  }
  return best?.id ?? null
}

const sampled = new WeakMap<PlacedEdge, Point[]>()

/** Points along an edge's path, which is made of `M`, `L` and `C`. */
export function pointsOn(edge: PlacedEdge): Point[] {
  const known = sampled.get(edge)
  if (known) return known
  const points: Point[] = []
  for (const [, command = '', numbers = ''] of edge.path.matchAll(/([MLC])([^MLC]*)/g)) {
    const given = pairsIn(numbers)
    if (command === 'C') points.push(...curve([points.at(-1), ...given]))
    else points.push(...given)
  }
  sampled.set(edge, points)
  return points
}

/** The point at a part (0 to 1) of an edge's length. */
export function partWay(edge: PlacedEdge, part: number): Point {
  const points = pointsOn(edge)
  const legs = points.slice(1).map((to, index) => {
    const from = points[index] ?? to
    return { from, to, length: Math.hypot(to.x - from.x, to.y - from.y) }
  })
  let left = part * legs.reduce((sum, { length }) => sum + length, 0)
  for (const { from, to, length } of legs) {
    if (left <= length && length > 0) {
      const at = left / length
      return { x: from.x + (to.x - from.x) * at, y: from.y + (to.y - from.y) * at }
    }
    left -= length
  }
  return points.at(-1) ?? edge.label
}

function pairsIn(numbers: string): Point[] {
  const values = (numbers.match(/-?[\d.]+/g) ?? []).map(Number)
  return values.flatMap((x, index) => (index % 2 === 0 ? [{ x, y: values[index + 1] ?? 0 }] : []))
}

function curve([from, first, second, to]: (Point | undefined)[]): Point[] {
  if (!from || !first || !second || !to) return []
  const samples = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / APART)
  const count = Math.min(MOST_SAMPLES, Math.max(2, samples))
  return Array.from({ length: count }, (_, index) => {
    const at = (index + 1) / count
    const rest = 1 - at
    const along = (a: number, b: number, c: number, d: number) =>
      rest ** 3 * a + 3 * rest ** 2 * at * b + 3 * rest * at ** 2 * c + at ** 3 * d
    return {
      x: along(from.x, first.x, second.x, to.x),
      y: along(from.y, first.y, second.y, to.y),
    }
  })
}

function distanceTo(point: Point, points: readonly Point[]): number {
  let least = Infinity
  points.forEach((to, index) => {
    const from = points[index - 1]
    if (from) least = Math.min(least, distanceToLine(point, from, to))
  })
  return least
}

function distanceToLine(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  const at = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length
  const along = Math.max(0, Math.min(1, at))
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy)
}

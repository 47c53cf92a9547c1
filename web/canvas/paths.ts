// The curves of edges: down through points, back around the side, through gaps to what stands apart. Pure.

export interface Point {
  x: number
  y: number
}
export interface Box extends Point {
  width: number
  height: number
}
export interface PlacedEdge {
  /** SVG path from the source's border to the target's. */
  path: string
  /** Centre of the label. */
  label: Point
  /** How far it reaches to the right. */
  right: number
}

const LOOP_WIDTH = 72
const CORNER = 12
const GAP = 20
const EXIT_INSET = 20
const LEFT_MOST = 8

export const rightOf = (box: Box | undefined): number => (box ? box.x + box.width : 0)

export const midpoint = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const r = (value: number): number => Math.round(value * 10) / 10

/** Curves that leave and arrive vertically through every point. */
export function smoothPath(points: Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${r(first.x)},${r(first.y)}`
  let before = first
  for (const point of rest) {
    const half = (before.y + point.y) / 2
    path +=
      Math.abs(before.x - point.x) < 1
        ? `L${r(point.x)},${r(point.y)}`
        : `C${r(before.x)},${r(half)} ${r(point.x)},${r(half)} ${r(point.x)},${r(point.y)}`
    before = point
  }
  return path
}

/** An edge to an earlier state swings around the right-hand side. */
export function loopBack(from: Box, to: Box): PlacedEdge {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 }
  const end = { x: to.x + to.width, y: to.y + to.height / 2 }
  const out = Math.max(start.x, end.x) + LOOP_WIDTH
  return {
    path: `M${r(start.x)},${r(start.y)}C${r(out)},${r(start.y)} ${r(out)},${r(end.y)} ${r(end.x)},${r(end.y)}`,
    label: { x: out - LOOP_WIDTH / 4, y: (start.y + end.y) / 2 },
    right: out,
  }
}

/** Down through the gaps between the states of every row, close to the straight way. */
export function throughGaps(from: Box, to: Box, boxes: Iterable<Box>): PlacedEdge {
  const start = { x: rightOf(from) - EXIT_INSET, y: from.y + from.height }
  const end = { x: to.x + to.width / 2, y: to.y }
  if (end.y <= start.y) return loopBack(from, to)
  const points = [start]
  for (const row of rowsBetween(start.y, end.y, boxes)) {
    const x = gapIn(row, points.at(-1)?.x ?? start.x, end.x)
    const bottom = Math.max(...row.map((box) => box.y + box.height))
    points.push({ x, y: Math.min(...row.map(({ y }) => y)) }, { x, y: bottom })
  }
  points.push(end)
  return {
    path: smoothPath(points),
    // Beside the state that it leaves: where many ways share a gap, a label further on would be anybody's.
    label: midpoint(start, points[1] ?? end),
    right: Math.max(...points.map(({ x }) => x)),
  }
}

/** Boxes that lie between two heights, those that share a height together. */
function rowsBetween(top: number, bottom: number, boxes: Iterable<Box>): Box[][] {
  const rows: Box[][] = []
  let reach = -Infinity
  const between = [...boxes].filter((box) => box.y >= top && box.y + box.height <= bottom)
  for (const box of between.sort((a, b) => a.y - b.y)) {
    if (box.y < reach) rows.at(-1)?.push(box)
    else rows.push([box])
    reach = Math.max(reach, box.y + box.height)
  }
  return rows
}

function gapIn(row: Box[], now: number, goal: number): number {
  const isFree = (x: number) =>
    x >= LEFT_MOST && row.every((box) => x < box.x - CORNER || x > rightOf(box) + CORNER)
  const cost = (x: number) => Math.abs(x - now) + Math.abs(x - goal) / 2
  const beside = row.flatMap((box) => [box.x - GAP, rightOf(box) + GAP])
  const [best] = [now, goal, ...beside].filter(isFree).sort((a, b) => cost(a) - cost(b))
  return best ?? Math.max(...row.map(rightOf)) + GAP
}

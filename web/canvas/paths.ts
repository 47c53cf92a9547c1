// The curves of edges: down through points, back around the side, aside to what stands apart. Pure.

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
const LANE_GAP = 20
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

/** The nearest way down beside a state where no other state stands. */
export function freeLane(from: Box, to: Box, others: Iterable<Box>): number {
  const top = Math.min(from.y, to.y)
  const bottom = Math.max(from.y + from.height, to.y + to.height)
  const between = [...others].filter((box) => box.y < bottom && box.y + box.height > top)
  const isFree = (x: number) =>
    between.every((box) => x < box.x - CORNER || x > rightOf(box) + CORNER)
  const centre = from.x + from.width / 2
  const lanes = between
    .flatMap((box) => [box.x - LANE_GAP, rightOf(box) + LANE_GAP])
    .filter((x) => x >= LEFT_MOST && isFree(x))
    .sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre))
  return lanes[0] ?? rightOf(from) + LANE_GAP
}

/** Out of the side that faces the lane, along it, and into the side that it reaches first. */
export function sideways(from: Box, to: Box, lane: number): PlacedEdge {
  const out = lane > from.x ? 1 : -1
  const back = lane > to.x ? 1 : -1
  const start = { x: out > 0 ? rightOf(from) : from.x, y: from.y + from.height / 2 }
  const end = { x: back > 0 ? rightOf(to) : to.x, y: to.y + to.height / 2 }
  const down = Math.sign(end.y - start.y) * CORNER
  const [leave, arrive] = [lane - out * CORNER, lane - back * CORNER]
  return {
    path:
      `M${r(start.x)},${r(start.y)}H${r(leave)}Q${r(lane)},${r(start.y)} ${r(lane)},${r(start.y + down)}` +
      `V${r(end.y - down)}Q${r(lane)},${r(end.y)} ${r(arrive)},${r(end.y)}H${r(end.x)}`,
    label: { x: lane, y: (start.y + end.y) / 2 },
    right: Math.max(start.x, end.x, lane),
  }
}

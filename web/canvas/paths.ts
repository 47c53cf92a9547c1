// The lines of ways: down through points with round corners, and back up around the side. Pure.

export interface Point {
  x: number
  y: number
}
export interface Box extends Point {
  width: number
  height: number
}
/** A point that a way passes. */
export interface Bend extends Point {
  /** Height at which the way turns towards it; left out: half way from the point before. */
  turn?: number
}
export interface PlacedEdge {
  /** SVG path from the source's border to the target's. */
  path: string
  /** Centre of the label. */
  label: Point
  /** How far it reaches to the right. */
  right: number
  /** Room that its words take; left out: it has none. */
  words?: { width: number; height: number }
  /** Where something begins: a dot is drawn there. */
  dot?: Point
}

const CORNER = 10
const LOOP_WIDTH = 24
const TURN = 16
/** Between a column and what it passes. */
const CLEAR = 12
const GAP = 20
/** Between the dot and the state that it leads to. */
const BEGINS_ABOVE = 26

export const rightOf = (box: Box | undefined): number => (box ? box.x + box.width : 0)
export const bottomOf = (box: Box): number => box.y + box.height
export const centreOf = (box: Box): number => box.x + box.width / 2

export const midpoint = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const r = (value: number): number => Math.round(value * 10) / 10
const p = (x: number, y: number): string => `${r(x)},${r(y)}`

/** Leaves and arrives vertically; between two points that do not lie below each other it turns twice. */
export function bentPath(points: readonly Bend[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${p(first.x, first.y)}`
  let at: Point = first
  for (const point of rest) {
    if (Math.abs(point.x - at.x) >= 1) path += turnTo(at, point)
    at = point
  }
  return `${path}L${p(at.x, at.y)}`
}

function turnTo(from: Point, to: Bend): string {
  const level = Math.min(Math.max(to.turn ?? (from.y + to.y) / 2, from.y), to.y)
  const radius = Math.min(CORNER, Math.abs(to.x - from.x) / 2)
  const aside = radius * Math.sign(to.x - from.x)
  const [before, after] = [Math.min(radius, level - from.y), Math.min(radius, to.y - level)]
  const [corner, other] = [p(from.x, level), p(to.x, level)]
  return [
    `L${p(from.x, level - before)}C${corner} ${corner} ${p(from.x + aside, level)}`,
    `L${p(to.x - aside, level)}C${other} ${other} ${p(to.x, level + after)}`,
  ].join('')
}

/** From the dot that says where a container begins. */
export function beginning(first: Box): PlacedEdge {
  const dot = { x: centreOf(first), y: first.y - BEGINS_ABOVE }
  const end = { x: dot.x, y: first.y }
  return { path: bentPath([dot, end]), label: midpoint(dot, end), right: dot.x, dot }
}

/** An edge to an earlier state goes up beside the states between, on the right-hand side. */
export function loopBack(from: Box, to: Box, boxes: Iterable<Box> = []): PlacedEdge {
  // Into itself it comes back above where it left.
  const apart = from === to ? TURN : 0
  const start = { x: from.x + from.width, y: from.y + (from.height + apart) / 2 }
  const end = { x: to.x + to.width, y: to.y + (to.height - apart) / 2 }
  const out = freeColumn(Math.max(start.x, end.x) + LOOP_WIDTH, [start.y, end.y], boxes)
  const turn = Math.min(CORNER, Math.abs(start.y - end.y) / 2) * Math.sign(end.y - start.y)
  const inner = out - CORNER
  return {
    path: [
      `M${p(start.x, start.y)}L${p(inner, start.y)}`,
      `C${p(out, start.y)} ${p(out, start.y)} ${p(out, start.y + turn)}`,
      `L${p(out, end.y - turn)}`,
      `C${p(out, end.y)} ${p(out, end.y)} ${p(inner, end.y)}L${p(end.x, end.y)}`,
    ].join(''),
    label: { x: out, y: (start.y + end.y) / 2 },
    right: out,
  }
}

/** Once more from the beginning: from inside a container up into its head. */
export function backToHead(from: Box, head: Box, boxes: Iterable<Box> = []): PlacedEdge {
  const start = { x: rightOf(from), y: from.y + from.height / 2 }
  const end = bottomOf(head)
  const out = freeColumn(start.x + LOOP_WIDTH, [end, start.y], boxes)
  const up = Math.max(end, start.y - CORNER)
  return {
    path: [
      `M${p(start.x, start.y)}L${p(out - CORNER, start.y)}`,
      `C${p(out, start.y)} ${p(out, start.y)} ${p(out, up)}L${p(out, end)}`,
    ].join(''),
    label: { x: out, y: (start.y + end) / 2 },
    right: out,
  }
}

/** The first place from `x` on to the right where nothing lies between two heights. */
function freeColumn(x: number, heights: readonly number[], boxes: Iterable<Box>): number {
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)]
  const between = [...boxes].filter((box) => box.y < bottom && bottomOf(box) > top)
  return between
    .toSorted((a, b) => a.x - b.x)
    .reduce((at, box) => {
      const isFree = at < box.x - CLEAR || at > rightOf(box) + CLEAR
      return isFree ? at : rightOf(box) + GAP
    }, x)
}

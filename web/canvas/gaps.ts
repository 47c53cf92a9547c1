// Ways around states: through the gap of every row that is nearest to the straight way. Pure.

import type { Box, Point } from './paths.ts'
import { bottomOf, rightOf } from './paths.ts'

/** Between a way and the states that it passes. */
const CLEAR = 12
const GAP = 20
/** What reaches less far than this beside the source or the target is in nobody's way. */
const LEAST_ROW = 8
const BELOW_SOURCE = 12
const ABOVE_TARGET = 20

/** The points that a way passes between two others. `boxes` are to be sorted by their upper borders. */
export function gapsBetween(
  start: Point,
  end: Point,
  boxes: readonly Box[],
  leftMost = -Infinity,
): Point[] {
  const points: Point[] = []
  let at = start.x
  for (const { row, top, bottom } of rowsBetween(start.y, end.y, boxes)) {
    at = gapIn(row, at, end.x, leftMost)
    points.push({ x: at, y: top }, { x: at, y: bottom })
  }
  return points
}

interface Row {
  row: Box[]
  top: number
  bottom: number
}

/** What lies between two heights, those that share a height together. */
function rowsBetween(above: number, below: number, boxes: readonly Box[]): Row[] {
  const rows: Row[] = []
  for (const box of boxes) {
    const top = Math.max(box.y, above + BELOW_SOURCE)
    const bottom = Math.min(bottomOf(box), below - ABOVE_TARGET)
    if (bottom - top < LEAST_ROW) continue
    const last = rows.at(-1)
    if (last && top < last.bottom) {
      last.row.push(box)
      last.bottom = Math.max(last.bottom, bottom)
    } else rows.push({ row: [box], top, bottom })
  }
  return rows
}

function gapIn(row: readonly Box[], now: number, goal: number, leftMost: number): number {
  const isFree = (x: number) =>
    x >= leftMost && row.every((box) => x < box.x - CLEAR || x > rightOf(box) + CLEAR)
  if (isFree(now)) return now
  const cost = (x: number) => Math.abs(x - now) + Math.abs(x - goal) / 2
  const beside = [goal, ...row.flatMap((box) => [box.x - GAP, rightOf(box) + GAP])]
  const best = beside.toSorted((a, b) => cost(a) - cost(b)).find(isFree)
  return best ?? Math.max(...row.map(rightOf)) + GAP
}

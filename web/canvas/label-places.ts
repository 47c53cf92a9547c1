// Where the words on the ways stand: on their own way, beside the states, and not over each other. Pure.

import { partWay } from './hits.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { bottomOf, rightOf } from './paths.ts'

/** Parts of the way's length that are tried where the middle is taken, the nearest to it first. */
const PARTS = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.14, 0.86]
const GAP = 3
/** Height of the strips by which what is taken is found again. */
const STRIP = 128

/**
 * The same ways with their words in free places.
 * @param boxes of the states
 * @param movable ids of the ways whose words may move; left out: all of them
 */
export function withFreeLabels(
  edges: ReadonlyMap<string, PlacedEdge>,
  boxes: Iterable<Box>,
  movable?: ReadonlySet<string>,
): Map<string, PlacedEdge> {
  const placed = new Map(edges)
  const taken = takenBy(boxes)
  for (const [id, edge] of edges) {
    if (edge.words && movable && !movable.has(id)) taken.add(roomOf(edge.words, edge.label))
  }
  for (const [id, edge] of edges) {
    if (!edge.words || (movable && !movable.has(id))) continue
    const label = freePlace(edge, edge.words, taken)
    taken.add(roomOf(edge.words, label))
    if (label !== edge.label) placed.set(id, { ...edge, label })
  }
  return placed
}

type Words = NonNullable<PlacedEdge['words']>
type Taken = ReturnType<typeof takenBy>

/** Where nothing is free, where it would have stood anyway. */
function freePlace(edge: PlacedEdge, words: Words, taken: Taken): Point {
  const isFree = (place: Point) => taken.isFree(roomOf(words, place))
  if (isFree(edge.label)) return edge.label
  for (const part of PARTS) {
    const place = partWay(edge, part)
    if (isFree(place)) return place
  }
  return edge.label
}

function takenBy(boxes: Iterable<Box>) {
  const strips = new Map<number, Box[]>()
  const add = (box: Box): void => {
    for (const strip of stripsOf(box)) {
      const there = strips.get(strip)
      if (there) there.push(box)
      else strips.set(strip, [box])
    }
  }
  for (const box of boxes) add(box)
  const isFree = (room: Box): boolean =>
    stripsOf(room).every((strip) => strips.get(strip)?.some((box) => overlap(room, box)) !== true)
  return { add, isFree }
}

function stripsOf(box: Box): number[] {
  const first = Math.floor(box.y / STRIP)
  const count = Math.floor(bottomOf(box) / STRIP) - first + 1
  return Array.from({ length: count }, (_, index) => first + index)
}

const roomOf = ({ width, height }: Words, { x, y }: Point): Box => ({
  x: x - width / 2 - GAP,
  y: y - height / 2 - GAP,
  width: width + 2 * GAP,
  height: height + 2 * GAP,
})

function overlap(a: Box, b: Box): boolean {
  return a.x < rightOf(b) && b.x < rightOf(a) && a.y < bottomOf(b) && b.y < bottomOf(a)
}

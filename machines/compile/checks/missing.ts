// Which of many names may have no value at a point: what `waysAround` asks of one name is asked of all of them in one go,
// with a bit for each.

import { TRIGGER } from '../resolve.ts'
import type { Flow } from './flow.ts'
import { indexOf } from './search.ts'

const BITS = 32

/** Whether one of the names may be missing at a point; false for points that nothing leads to. */
type IsMissing = (name: string, point: string) => boolean

/** @param names as steps set them: `vars.total`, `n2` */
export function missingIn(flow: Flow, names: readonly string[]): IsMissing {
  const { numberOf, points, steps } = indexOf(flow)
  const bitOf = new Map(names.map((name, bit) => [name, bit]))
  const board = createBoard(points.length, names.length)
  const numberAt = (point: string): number => numberOf.get(point) ?? -1
  const queue = [numberAt(TRIGGER)]
  const waiting = new Set(queue)
  const reach = (to: number): void => {
    if (!board.put(to) || waiting.has(to)) return
    waiting.add(to)
    queue.push(to)
  }
  board.fill(numberAt(TRIGGER))
  for (const at of queue) {
    waiting.delete(at)
    for (const { edge, to } of steps[at] ?? []) {
      if (edge.cause.kind === 'undecided') continue
      board.take(at)
      for (const name of edge.sets) board.drop(bitOf.get(name))
      reach(to)
    }
    // A join is behind the ends of all its groups: what one of them has surely set is set.
    const join = flow.joinOf.get(points[at] ?? '')
    if (join === undefined) continue
    board.take(at)
    for (const end of flow.joins.get(join) ?? []) board.keepOnly(numberAt(end))
    reach(numberAt(join))
  }
  return (name, point) => board.has(numberAt(point), bitOf.get(name))
}

/** Rows of bits, one for each point, and a hand that carries one row. */
function createBoard(points: number, bits: number) {
  const width = Math.ceil(bits / BITS)
  const rows = new Uint32Array(points * width)
  const hand = new Uint32Array(width)
  const wordOf = (row: number, at: number): number => rows[row * width + at] ?? 0
  return {
    fill: (row: number) => void rows.fill(0xffff_ffff, row * width, (row + 1) * width),
    take(row: number): void {
      for (let at = 0; at < width; at += 1) hand[at] = wordOf(row, at)
    },
    drop(bit: number | undefined): void {
      if (bit === undefined) return
      const at = Math.floor(bit / BITS)
      hand[at] = (hand[at] ?? 0) & ~(1 << (bit % BITS))
    },
    keepOnly(row: number): void {
      for (let at = 0; at < width; at += 1) hand[at] = (hand[at] ?? 0) & wordOf(row, at)
    },
    /** @returns whether the row has more bits than before */
    put(row: number): boolean {
      let isMore = false
      for (let at = 0; at < width; at += 1) {
        const before = wordOf(row, at)
        rows[row * width + at] = before | (hand[at] ?? 0)
        if (wordOf(row, at) !== before) isMore = true
      }
      return isMore
    },
    has: (row: number, bit: number | undefined): boolean =>
      row >= 0 &&
      bit !== undefined &&
      (wordOf(row, Math.floor(bit / BITS)) & (1 << (bit % BITS))) !== 0,
  }
}

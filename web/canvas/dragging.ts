// Which states go along when some are dragged, and where they are then. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import { holdersOf } from './frames.ts'
import type { Box, Point } from './paths.ts'
import type { Positions } from './placed.ts'

export interface Drag {
  /** What was taken hold of, without what another one of them holds. */
  roots: string[]
  /** All that moves: the roots, and what they hold. */
  away: ReadonlySet<string>
  /** Where all of them were. */
  from: Positions
}

/** States come to rest on a grid, so that those beside each other line up. */
export const GRID = 8

export function dragOf(
  chart: Chart,
  boxes: ReadonlyMap<string, Box>,
  ids: readonly string[],
): Drag {
  const holders = holdersOf(chart)
  const taken = new Set(ids)
  const isHeldBy = (id: string, by: ReadonlySet<string>): boolean => {
    const holder = holders.get(id)
    return holder !== undefined && (by.has(holder) || isHeldBy(holder, by))
  }
  const roots = ids.filter((id) => boxes.has(id) && !isHeldBy(id, taken))
  const held = [...boxes.keys()].filter((id) => isHeldBy(id, taken))
  const away = new Set([...roots, ...held])
  const from = Object.fromEntries(
    [...away].flatMap((id) => {
      const box = boxes.get(id)
      return box ? [[id, { x: box.x, y: box.y }]] : []
    }),
  )
  return { roots, away, from }
}

/** Empty while they have not left their place. */
export function draggedBy({ roots, from }: Drag, by: Point): Positions {
  const first = from[roots[0] ?? '']
  if (!first) return {}
  const dx = onGrid(first.x + by.x) - first.x
  const dy = onGrid(first.y + by.y) - first.y
  if (dx === 0 && dy === 0) return {}
  return Object.fromEntries(
    Object.entries(from).map(([id, { x, y }]) => [id, { x: x + dx, y: y + dy }]),
  )
}

export const onGrid = (value: number): number => Math.round(value / GRID) * GRID

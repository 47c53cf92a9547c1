// Lining states up, and finding room beside others. Pure.

import { onGrid } from '../../canvas/dragging.ts'
import type { Box, Point } from '../../canvas/paths.ts'
import type { Positions } from '../../canvas/placed.ts'

export type Alignment = 'left' | 'centre' | 'distribute'

const GAP = 40

/** New places of those that move; `distribute` makes the gaps between three or more equal, from top to bottom. */
export function align(
  boxes: ReadonlyMap<string, Box>,
  ids: readonly string[],
  how: Alignment,
): Positions {
  const chosen = ids.flatMap((id) => {
    const box = boxes.get(id)
    return box ? [{ id, ...box }] : []
  })
  if (chosen.length < 2) return {}
  if (how === 'distribute') return distributed(chosen)
  const left = Math.min(...chosen.map(({ x }) => x))
  const right = Math.max(...chosen.map(({ x, width }) => x + width))
  const xOf = (width: number) => (how === 'left' ? left : (left + right - width) / 2)
  return placesOf(chosen.map(({ id, width, y }) => [id, { x: xOf(width), y }]))
}

function distributed(chosen: readonly (Box & { id: string })[]): Positions {
  const ordered = chosen.toSorted((a, b) => a.y - b.y)
  const [first, last] = [ordered[0], ordered.at(-1)]
  if (!first || !last || ordered.length < 3) return {}
  const heights = ordered.reduce((sum, { height }) => sum + height, 0)
  const gap = (last.y + last.height - first.y - heights) / (ordered.length - 1)
  let y = first.y
  return placesOf(
    ordered.map(({ id, x, height }) => {
      const place = { x, y }
      y += height + gap
      return [id, place]
    }),
  )
}

const placesOf = (places: (readonly [string, Point])[]): Positions =>
  Object.fromEntries(places.map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]))

/** Below a state, further to the right until nothing lies there. */
export function roomBelow(boxes: ReadonlyMap<string, Box>, above: Box): Point {
  const spot = { ...above, y: onGrid(above.y + above.height + GAP), x: onGrid(above.x) }
  while ([...boxes.values()].some((box) => overlap(box, spot))) spot.x += onGrid(above.width / 2)
  return { x: spot.x, y: spot.y }
}

function overlap(a: Box, b: Box): boolean {
  const apartX = a.x + a.width <= b.x || b.x + b.width <= a.x
  const apartY = a.y + a.height <= b.y || b.y + b.height <= a.y
  return !apartX && !apartY
}

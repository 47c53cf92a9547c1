// The state that an arrow key leads to. Pure.

import type { Box, Point } from './paths.ts'

export type Direction = 'up' | 'down' | 'left' | 'right'

/** The nearest state in a direction, for the arrow keys. */
export function neighbourOf(
  boxes: ReadonlyMap<string, Box>,
  id: string,
  direction: Direction,
): string | null {
  const here = boxes.get(id)
  if (!here) return null
  const from = centreOf(here)
  let best: { id: string; cost: number } | null = null
  for (const [other, box] of boxes) {
    if (other === id) continue
    const to = centreOf(box)
    const along = alongOf(direction, to.x - from.x, to.y - from.y)
    const across = direction === 'up' || direction === 'down' ? to.x - from.x : to.y - from.y
    if (along <= 4) continue
    const cost = along + 2 * Math.abs(across)
    if (best === null || cost < best.cost) best = { id: other, cost }
  }
  return best?.id ?? null
}

const centreOf = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })

function alongOf(direction: Direction, dx: number, dy: number): number {
  switch (direction) {
    case 'up':
      return -dy
    case 'down':
      return dy
    case 'left':
      return -dx
    case 'right':
      return dx
  }
}

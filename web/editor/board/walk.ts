// Where an arrow key leads: along the ways of the workflow, else to the nearest state. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import { isImplied } from '../../canvas/shaping.ts'
import { neighbourOf } from '../../canvas/neighbours.ts'
import type { Direction } from '../../canvas/neighbours.ts'
import type { Box } from '../../canvas/paths.ts'

/** Down goes on, up goes back, left and right go to what lies beside; null where nothing is. */
export function walk(
  chart: Chart,
  boxes: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
): string | null {
  const nearest = () => neighbourOf(boxes, from, direction)
  if (direction === 'left' || direction === 'right') return nearest()
  const edges = chart.edges.filter((edge) => !isImplied(edge) && edge.from !== edge.to)
  const linked =
    direction === 'down'
      ? edges.filter((edge) => edge.from === from).map(({ to }) => to)
      : edges.filter((edge) => edge.to === from).map((edge) => edge.from)
  // Only what lies that way: a way back up is not what the key for down means.
  const there = new Map([...boxes].filter(([id]) => id === from || linked.includes(id)))
  return neighbourOf(there, from, direction) ?? nearest()
}

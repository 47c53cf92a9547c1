// The boxes around what a container holds: its own card, the states in it, and the boxes of those. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import type { Box } from './paths.ts'

export interface Frame {
  /** The container's node id. */
  id: string
  /** 0 at the root. */
  depth: number
  box: Box
}

const PADDING = 16

/** Ids of containers that hold something, by the node that they hold. */
export function holdersOf(chart: Chart): Map<string, string> {
  const ids = new Set(chart.nodes.map(({ id }) => id))
  return new Map(
    chart.nodes.flatMap(({ id, parent }) =>
      parent !== null && ids.has(parent) ? [[id, parent] as const] : [],
    ),
  )
}

/** Outer boxes first, so that inner ones are drawn over them. */
export function framesOf(chart: Chart, boxes: ReadonlyMap<string, Box>): Frame[] {
  const inside = Map.groupBy(holdersOf(chart), ([, holder]) => holder)
  const frames: Frame[] = []
  const frame = (id: string, depth: number): Box | undefined => {
    const card = boxes.get(id)
    const held = inside.get(id)
    if (!held) return card
    const place = frames.length
    const parts = held.map(([child]) => frame(child, depth + 1))
    const box = around([card, ...parts].flatMap((part) => (part ? [part] : [])))
    if (box) frames.splice(place, 0, { id, depth, box })
    return box
  }
  const roots = [...inside.keys()].filter((id) => !holdersOf(chart).has(id))
  for (const id of roots) frame(id, 0)
  return frames
}

function around(boxes: Box[]): Box | undefined {
  if (boxes.length === 0) return undefined
  const x = Math.min(...boxes.map((box) => box.x)) - PADDING
  const y = Math.min(...boxes.map((box) => box.y)) - PADDING
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + PADDING
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + PADDING
  return { x, y, width: right - x, height: bottom - y }
}

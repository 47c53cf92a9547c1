// The boxes around what a container holds: a head that says what it is, below it the states and boxes inside. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import type { Box } from './paths.ts'
import { bottomOf, rightOf } from './paths.ts'

export interface Frame {
  /** The container's node id. */
  id: string
  /** 0 at the root. */
  depth: number
  box: Box
}

const HEAD_HEIGHT = 48
const PADDING = 16
/** Room for the dot that says where it begins. */
const BEGIN = 20

/** Ids of containers that hold something, by the node that they hold. */
export function holdersOf(chart: Chart): Map<string, string> {
  const ids = new Set(chart.nodes.map(({ id }) => id))
  return new Map(
    chart.nodes.flatMap(({ id, parent }) =>
      parent !== null && ids.has(parent) ? [[id, parent] as const] : [],
    ),
  )
}

/** Those around a node, the innermost first. */
export function holdersAround(id: string, holders: ReadonlyMap<string, string>): string[] {
  const around: string[] = []
  for (let at = holders.get(id); at !== undefined; at = holders.get(at)) around.push(at)
  return around
}

interface Framing {
  boxes: ReadonlyMap<string, Box>
  /** Frames as they were laid out, which have room for ways too; null: it is found anew from what it holds. */
  laidOf?: (container: string) => Box | null
  /** On their way somewhere else: what held them does not stretch after them. */
  isLoose?: (id: string) => boolean
}

/** Outer boxes first, so that inner ones are drawn over them. */
export function framesOf(chart: Chart, { boxes, laidOf, isLoose }: Framing): Frame[] {
  const holders = holdersOf(chart)
  const inside = Map.groupBy(holders.keys(), (id) => holders.get(id) ?? '')
  const frames: Frame[] = []
  const frame = (id: string, depth: number): Box | undefined => {
    const held = inside.get(id)
    if (!held) return boxes.get(id)
    const place = frames.length
    const isHere = (child: string) => isLoose?.(child) !== true || isLoose(id)
    const parts = held.map((child) => ({ child, box: frame(child, depth + 1) }))
    const here = parts.flatMap(({ child, box }) => (box && isHere(child) ? [box] : []))
    const laid = laidOf?.(id) ?? null
    const box = union([...(here.length > 0 ? [frameAround(here)] : []), ...(laid ? [laid] : [])])
    if (box) frames.splice(place, 0, { id, depth, box })
    return box
  }
  for (const id of inside.keys()) if (!holders.has(id)) frame(id, 0)
  return frames
}

/** `lanes` are places beside the states where ways pass. */
export function frameAround(held: readonly Box[], lanes: readonly number[] = []): Box {
  const x = Math.min(...held.map((box) => box.x), ...lanes) - PADDING
  const y = Math.min(...held.map((box) => box.y)) - PADDING - BEGIN - HEAD_HEIGHT
  const right = Math.max(...held.map(rightOf), ...lanes) + PADDING
  const bottom = Math.max(...held.map(bottomOf)) + PADDING
  return { x, y, width: right - x, height: bottom - y }
}

/** The upper part of a frame, which is the container's node on the drawing. */
export const headOf = ({ x, y, width }: Box): Box => ({ x, y, width, height: HEAD_HEIGHT })

function union(boxes: readonly Box[]): Box | undefined {
  if (boxes.length < 2) return boxes[0]
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const width = Math.max(...boxes.map(rightOf)) - x
  return { x, y, width, height: Math.max(...boxes.map(bottomOf)) - y }
}

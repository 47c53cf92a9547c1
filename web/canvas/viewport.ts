// Which part of a drawing is seen first, and how large. Pure.

import type { Box, Point } from './paths.ts'

export interface Size {
  width: number
  height: number
}
export interface View extends Point {
  zoom: number
}

export const READABLE = 0.6
const NARROW = 640
const NARROW_MOST = 0.85
const SIDE = 12
const TOP_GAP = 32
const ROW = 12

export interface Drawing {
  size: Size
  boxes: ReadonlyMap<string, Box>
  /** Where contacts come in. */
  entry: Box | undefined
}

/** The whole drawing, not smaller than `atLeast`; a part of it shows the entry at the top centre. */
export function viewOf(room: Size, { size, entry }: Drawing, atLeast: number): View {
  const whole = Math.min(room.width / size.width, room.height / size.height)
  return placed(room, size, entry, Math.min(1, Math.max(atLeast, whole)))
}

/** The whole drawing if it can be read, else its upper part: on a phone as wide as its first states. */
export function firstView(room: Size, drawing: Drawing): View {
  const { size, boxes, entry } = drawing
  const whole = Math.min(room.width / size.width, room.height / size.height)
  if (room.width >= NARROW || !entry || whole >= READABLE) return viewOf(room, drawing, READABLE)
  return placed(room, size, entry, narrowZoom(room.width, [...boxes.values()], entry))
}

/** As many rows from the top as fit the width and can still be read. */
function narrowZoom(width: number, boxes: Box[], entry: Box): number {
  const centre = centreOf(entry)
  const rows = Map.groupBy(boxes, ({ y }) => Math.round(y / ROW))
  let zoom = NARROW_MOST
  for (const [, row] of [...rows].sort(([a], [b]) => a - b)) {
    const reach = Math.max(...row.flatMap((box) => [centre - box.x, box.x + box.width - centre]))
    const needed = (width / 2 - SIDE) / reach
    if (needed < READABLE) break
    zoom = Math.min(zoom, needed)
  }
  return zoom
}

function placed(room: Size, size: Size, entry: Box | undefined, zoom: number): View {
  const fits = size.width * zoom <= room.width || !entry
  const middle = fits ? size.width / 2 : centreOf(entry)
  const y = Math.max(0, Math.min((room.height - size.height * zoom) / 2, TOP_GAP))
  return { x: room.width / 2 - middle * zoom, y, zoom }
}

const centreOf = (box: Box): number => box.x + box.width / 2

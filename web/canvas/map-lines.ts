// The small map: a drawing scaled into a room of fixed size. Pure.

import type { Box, Point } from './paths.ts'

export interface Extent {
  left: number
  top: number
  width: number
  height: number
}

export interface MapScale {
  zoom: number
  /** Where the drawing's zero lies on the map. */
  x: number
  y: number
}

/** The whole drawing in the middle of the map, `margin` from its edges. */
export function mapScale(
  { left, top, width, height }: Extent,
  room: { width: number; height: number },
  margin: number,
): MapScale {
  const fits = [(room.width - 2 * margin) / width, (room.height - 2 * margin) / height]
  const zoom = Math.min(1, ...fits.map((fit) => (Number.isFinite(fit) ? fit : 1)))
  const x = room.width / 2 - (left + width / 2) * zoom
  const y = room.height / 2 - (top + height / 2) * zoom
  return { zoom, x, y }
}

/** Boxes of the drawing as one path on the map: one shape is drawn faster than hundreds. */
export function mapPath(boxes: Iterable<Box>, { zoom, x, y }: MapScale): string {
  return [...boxes].map((box) => rectangle(onMap(box, { zoom, x, y }))).join('')
}

/** What is seen of the drawing, and what is not: the second with a hole where the first is. */
export function mapView(
  seen: Box,
  scale: MapScale,
  room: { width: number; height: number },
): { seen: string; unseen: string } {
  const path = rectangle(onMap(seen, scale))
  return { seen: path, unseen: rectangle({ x: 0, y: 0, ...room }) + path }
}

/** The point of the drawing under a point of the map. */
export const underMap = ({ x, y }: Point, scale: MapScale): Point => ({
  x: (x - scale.x) / scale.zoom,
  y: (y - scale.y) / scale.zoom,
})

const onMap = (box: Box, { zoom, x, y }: MapScale): Box => ({
  x: box.x * zoom + x,
  y: box.y * zoom + y,
  width: Math.max(1, box.width * zoom),
  height: Math.max(1, box.height * zoom),
})

const r = (value: number): number => Math.round(value * 10) / 10

const rectangle = ({ x, y, width, height }: Box): string =>
  `M${r(x)},${r(y)}h${r(width)}v${r(height)}h${r(-width)}z`

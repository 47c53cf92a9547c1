// Which part of a drawing is seen first, and how large. Pure.

import type { Box, Point } from './paths.ts'

export interface Size {
  width: number
  height: number
}
export interface View extends Point {
  zoom: number
}

export const READABLE = 0.58
const NARROW = 640
const NARROW_MOST = 0.85
const SIDE = 12
const TOP_GAP = 32
const ROW = 12
/** Around what a drawing is about, at full size. */
const CONTEXT = 96
const SUBJECT_MOST = 0.8

export interface Drawing {
  size: Size
  boxes: ReadonlyMap<string, Box>
  /** Where contacts come in. */
  entry: Box | undefined
  /** What it is about; empty where that is all of it. */
  subject: readonly Box[]
}

/** The whole drawing, not smaller than `atLeast`; a part of it shows the entry at the top centre. */
export function viewOf(
  room: Size,
  { size, entry }: Pick<Drawing, 'size' | 'entry'>,
  atLeast: number,
): View {
  const whole = Math.min(room.width / size.width, room.height / size.height)
  return placed(room, size, entry, Math.min(1, Math.max(atLeast, whole)))
}

/**
 * The whole drawing if it can be read, else what it is about with something around it, else its upper part: on a phone as
 * wide as its first states.
 */
export function firstView(room: Size, drawing: Drawing): View {
  const { size, boxes, entry, subject } = drawing
  const whole = Math.min(room.width / size.width, room.height / size.height)
  if (whole < READABLE && subject.length > 0) return aroundSubject(room, size, subject)
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

/** All of the subject if that can be read, else the first part of it. */
function aroundSubject(room: Size, size: Size, subject: readonly Box[]): View {
  const [first] = subject.toSorted((a, b) => a.y - b.y)
  const all = hullOf(subject)
  const fits = Math.min(
    room.width / (all.width + 2 * CONTEXT),
    room.height / (all.height + 2 * CONTEXT),
  )
  const zoom = Math.max(READABLE, Math.min(SUBJECT_MOST, fits))
  const isWhole = all.width * zoom <= room.width && all.height * zoom <= room.height
  const { x, y, width, height } = isWhole ? all : (first ?? all)
  return {
    x: within(room.width / 2 - (x + width / 2) * zoom, room.width - size.width * zoom),
    y: within(room.height / 2 - (y + height / 2) * zoom, room.height - size.height * zoom),
    zoom,
  }
}

/** No empty room beside a drawing that is larger; a smaller one is in the middle. */
const within = (start: number, room: number): number =>
  room >= 0 ? room / 2 : Math.min(0, Math.max(start, room))

function hullOf(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}

function placed(room: Size, size: Size, entry: Box | undefined, zoom: number): View {
  const middle = entry ? centreOf(entry) : size.width / 2
  const x = within(room.width / 2 - middle * zoom, room.width - size.width * zoom)
  const y = Math.max(0, Math.min((room.height - size.height * zoom) / 2, TOP_GAP))
  return { x, y, zoom }
}

const centreOf = (box: Box): number => box.x + box.width / 2

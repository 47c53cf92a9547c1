// A drawing in which people put some states somewhere: those stay there, the rest lies as it was laid out. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import { framesOf, headOf, holdersAround, holdersOf } from './frames.ts'
import type { Frame } from './frames.ts'
import { withFreeLabels } from './label-places.ts'
import { CARD } from './layout.ts'
import type { ChartLayout } from './layout.ts'
import { bottomOf, rightOf } from './paths.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { drawWays } from './ways.ts'

/** Top-left corners by node id. */
export type Positions = Readonly<Record<string, Point>>

const MARGIN = 16
const ROOM = 24

/** Positions as a document holds them; what is no place is left out. */
export function positionsIn(layout: unknown): Positions {
  const positions: unknown = Object(layout)['positions']
  const entries = Object.entries(Object(positions) as Record<string, unknown>)
  return Object.fromEntries(
    entries.flatMap(([id, place]) => {
      const { x, y } = Object(place) as Partial<Point>
      return Number.isFinite(x) && Number.isFinite(y) ? [[id, { x, y } as Point]] : []
    }),
  )
}

/** `loose` are states on their way somewhere else: the frames that held them do not stretch after them. */
export function placeChart(
  chart: Chart,
  laid: ChartLayout,
  positions: Positions,
  loose: ReadonlySet<string> = new Set(),
): ChartLayout {
  const put = putBoxes(chart, laid, positions, loose)
  if (put.moved.size === 0) return laid
  const frames = framesAround(chart, laid, put, loose)
  const boxes = withHeads(laid, put.boxes, frames)
  const moved = new Set(put.moved)
  for (const { id, box } of frames) if (!isSame(box, frameOf(laid, id))) moved.add(id)
  const redrawn = redrawnOf(chart, laid, { boxes, frames, moved })
  const edges = new Map([...laid.edges, ...redrawn])
  return {
    boxes,
    edges: withFreeLabels(edges, boxes.values(), new Set(redrawn.keys())),
    frames,
    ...extentOf([...boxes.values(), ...frames.map(({ box }) => box)], edges),
  }
}

interface Put {
  boxes: Map<string, Box>
  moved: ReadonlySet<string>
}

/** States where people put them; what a container holds goes along with it unless it was put somewhere itself. */
function putBoxes(
  chart: Chart,
  laid: ChartLayout,
  positions: Positions,
  loose: ReadonlySet<string>,
): Put {
  const placeOf = (id: string) => (Object.hasOwn(positions, id) ? positions[id] : undefined)
  const framed = new Set(laid.frames.map(({ id }) => id))
  const holders = framed.size === 0 ? new Map<string, string>() : holdersOf(chart)
  const others = [...laid.boxes].flatMap(([id, box]) =>
    placeOf(id) || framed.has(id) ? [] : [box],
  )
  const boxes = new Map(laid.boxes)
  const moved = new Set<string>()
  for (const [id, box] of laid.boxes) {
    const place = placeOf(id)
    const carrier = place ? undefined : holdersAround(id, holders).find(placeOf)
    if (carrier !== undefined)
      boxes.set(id, carried(box, laid.boxes.get(carrier), placeOf(carrier)))
    else if (!place) continue
    else if (loose.has(id) || framed.has(id)) boxes.set(id, { ...box, x: place.x, y: place.y })
    else boxes.set(id, madeRoom({ ...box, x: place.x, y: place.y }, others))
    moved.add(id)
  }
  return { boxes, moved }
}

function carried(box: Box, from: Point | undefined, to: Point | undefined): Box {
  if (!from || !to) return box
  return { ...box, x: box.x + to.x - from.x, y: box.y + to.y - from.y }
}

/** Where somebody put all that a container holds, only that counts; else it keeps the room that it had. */
function framesAround(
  chart: Chart,
  laid: ChartLayout,
  { boxes, moved }: Put,
  loose: ReadonlySet<string>,
): Frame[] {
  const settled = new Set(
    chart.nodes.flatMap(({ id, parent }) =>
      parent !== null && (!moved.has(id) || (loose.has(id) && !loose.has(parent))) ? [parent] : [],
    ),
  )
  return framesOf(chart, {
    boxes,
    laidOf: (id) => (settled.has(id) && !moved.has(id) ? frameOf(laid, id) : null),
    isLoose: (id) => loose.has(id),
  })
}

const frameOf = ({ frames }: ChartLayout, id: string): Box | null =>
  frames.find((frame) => frame.id === id)?.box ?? null

const isSame = (a: Box, b: Box | null): boolean =>
  b !== null && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height

/** The node of a container is the head of its frame; one without a frame has the size of a state. */
function withHeads(
  laid: ChartLayout,
  boxes: ReadonlyMap<string, Box>,
  frames: readonly Frame[],
): Map<string, Box> {
  const headed = new Map(boxes)
  for (const { id } of laid.frames)
    headed.set(id, { ...(boxes.get(id) ?? { x: 0, y: 0 }), ...CARD })
  for (const { id, box } of frames) {
    const head = headOf(box)
    const known = laid.boxes.get(id)
    headed.set(id, known && isSame(head, known) ? known : head)
  }
  return headed
}

interface Moved {
  boxes: ReadonlyMap<string, Box>
  frames: readonly Frame[]
  moved: ReadonlySet<string>
}

/** The ways of who moved; a frame moves with what it holds, and what a container catches leaves from it. */
function redrawnOf(chart: Chart, laid: ChartLayout, { boxes, frames, moved }: Moved) {
  const redrawn = chart.edges.filter(({ from, to }) => moved.has(from) || moved.has(to))
  const only = new Set(redrawn.map(({ id }) => id))
  const ways = new Map<string, PlacedEdge>()
  for (const [id, way] of drawWays({ chart, boxes, frames, only })) {
    const words = laid.edges.get(id)?.words
    ways.set(id, words ? { ...way, words } : way)
  }
  return ways
}

/** What the layout has put there since is not hidden: who was put there lies below it. */
function madeRoom(put: Box, others: readonly Box[]): Box {
  const below = others
    .filter((box) => rightOf(box) > put.x && box.x < rightOf(put))
    .toSorted((a, b) => a.y - b.y)
  let { y } = put
  for (const box of below) {
    const isApart = box.y >= y + put.height || bottomOf(box) <= y
    if (!isApart) y = bottomOf(box) + ROOM
  }
  return y === put.y ? put : { ...put, y }
}

function extentOf(all: readonly Box[], edges: ReadonlyMap<string, PlacedEdge>) {
  const left = Math.min(...all.map(({ x }) => x)) - MARGIN
  const top = Math.min(...all.map(({ y }) => y)) - MARGIN
  const right = Math.max(...all.map(rightOf), ...[...edges.values()].map((edge) => edge.right))
  const bottom = Math.max(...all.map(bottomOf))
  return { left, top, width: right + MARGIN - left, height: bottom + MARGIN - top }
}

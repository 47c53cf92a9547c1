// The ways between states that have their places: in the lanes that the layout found, else through the gaps. Pure.

import type { Chart, ChartEdge } from '#machines/compile/chart.ts'
import { isCatch, wayToInside, wayToSide } from './catches.ts'
import { headOf, holdersAround, holdersOf } from './frames.ts'
import type { Frame } from './frames.ts'
import { gapsBetween } from './gaps.ts'
import { backToHead, beginning, bottomOf, centreOf, loopBack, rightOf } from './paths.ts'
import type { Box, PlacedEdge, Point } from './paths.ts'
import { drawRoutes } from './ports.ts'
import type { Route } from './ports.ts'
import { isImplied } from './shaping.ts'

interface WaysInput {
  chart: Chart
  /** States, and the heads of containers. */
  boxes: ReadonlyMap<string, Box>
  frames: readonly Frame[]
  /** By edge, from the layout. */
  lanes?: ReadonlyMap<string, readonly Point[]>
  /** Ids of the edges that are drawn; left out: all of them. */
  only?: ReadonlySet<string>
}

/** Less height than this between two states has no room for a way down. */
const LEAST_FALL = 12
/** Where a way that is hardly ever seen leaves a state, from its right border. */
const ASIDE = 20

export function drawWays(input: WaysInput): Map<string, PlacedEdge> {
  const ground = groundOf(input)
  const placed = new Map<string, PlacedEdge>()
  const routes: Route[] = []
  const columns: Box[] = []
  for (const edge of input.chart.edges) {
    if (input.only?.has(edge.id) === false) continue
    const ends = endsOf(edge, ground)
    if (!ends) continue
    const way = specialWay(edge, ends, ground) ?? upwards(edge, ends, ground, columns)
    if (way) placed.set(edge.id, way)
    else routes.push(routeOf(edge, ends, ground, input.lanes))
  }
  // What is hardly ever seen takes no place from the others.
  const [hidden, seen] = [
    routes.filter(({ id }) => ground.implied.has(id)),
    routes.filter(({ id }) => !ground.implied.has(id)),
  ]
  for (const route of hidden) {
    for (const [id, way] of drawRoutes([route])) placed.set(id, way)
  }
  for (const [id, way] of drawRoutes(seen)) placed.set(id, way)
  return placed
}

interface Ground {
  boxes: ReadonlyMap<string, Box>
  frames: ReadonlyMap<string, Box>
  holders: ReadonlyMap<string, string>
  /** Ids of edges that are only shown when asked for. */
  implied: ReadonlySet<string>
  /** What a way between two nodes goes around, from top to bottom. */
  around: (from: string, to: string) => readonly Box[]
}

function groundOf({ chart, boxes, frames: list }: WaysInput): Ground {
  const frames = new Map(list.map(({ id, box }) => [id, box]))
  const holders = list.length === 0 ? new Map<string, string>() : holdersOf(chart)
  const implied = new Set(chart.edges.flatMap((edge) => (isImplied(edge) ? [edge.id] : [])))
  const known = new Map<string, readonly Box[]>()
  const scopeOf = (id: string) => (frames.has(id) ? id : (holders.get(id) ?? ''))
  const around = (from: string, to: string) => {
    const scopes = [scopeOf(from), scopeOf(to)]
    const key = scopes.join('>')
    const found = known.get(key) ?? obstacles(boxes, frames, holders, scopes)
    known.set(key, found)
    return found
  }
  return { boxes, frames, holders, implied, around }
}

/** A container that a way has nothing to do with is one obstacle; one that it is in, or leads to, is none itself. */
function obstacles(
  boxes: ReadonlyMap<string, Box>,
  frames: ReadonlyMap<string, Box>,
  holders: ReadonlyMap<string, string>,
  scopes: readonly string[],
): readonly Box[] {
  const entered = new Set(scopes.flatMap((id) => [id, ...holdersAround(id, holders)]))
  const found = new Set<Box>()
  for (const [id, box] of boxes) {
    const closed = [id, ...holdersAround(id, holders)].findLast(
      (each) => frames.has(each) && !entered.has(each),
    )
    if (closed !== undefined) found.add(frames.get(closed) ?? box)
    else if (!frames.has(id)) found.add(box)
  }
  return [...found].sort((a, b) => a.y - b.y)
}

interface Ends {
  from: Box
  to: Box
}

/** Out of a container a way leads from its frame, into it to its head. */
function endsOf({ from, to }: ChartEdge, { boxes, frames }: Ground): Ends | null {
  const [start, end] = [frames.get(from) ?? boxes.get(from), boxes.get(to)]
  return start && end ? { from: start, to: end } : null
}

/** Between a container and what it holds. */
function specialWay(edge: ChartEdge, { from, to }: Ends, ground: Ground): PlacedEdge | null {
  const { frames, holders } = ground
  const isInto = frames.has(edge.from) && holdersAround(edge.to, holders).includes(edge.from)
  if (isInto)
    return isCatch(edge) ? wayToInside(from, to, ground.around(edge.from, edge.to)) : beginning(to)
  const isOutOf = frames.has(edge.to) && holdersAround(edge.from, holders).includes(edge.to)
  if (isOutOf) return backToHead(from, to, ground.around(edge.from, edge.to))
  return isCatch(edge) && frames.has(edge.from) ? wayToSide(from, to) : null
}

/** Ways back do not go up in one line, nor through the head of what they leave or enter. */
function upwards(
  edge: ChartEdge,
  { from, to }: Ends,
  { around, frames, holders, implied }: Ground,
  columns: Box[],
): PlacedEdge | null {
  if (to.y >= bottomOf(from) + LEAST_FALL) return null
  const [left, entered] = [edge.from, edge.to].map((id) => new Set(holdersAround(id, holders)))
  const crossed = left && entered ? [...left.symmetricDifference(entered)] : []
  const heads = crossed.flatMap((id) => {
    const frame = frames.get(id)
    return frame ? [headOf(frame)] : []
  })
  const boxes = [...around(edge.from, edge.to), ...heads, ...columns]
  const way = loopBack(from, edge.from === edge.to ? from : to, boxes)
  const height = Math.max(0, bottomOf(from) - to.y)
  if (!implied.has(edge.id)) columns.push({ x: way.right - 2, y: to.y, width: 4, height })
  return way
}

function routeOf(
  edge: ChartEdge,
  { from, to }: Ends,
  ground: Ground,
  lanes: WaysInput['lanes'],
): Route {
  const points = lanes?.get(edge.id) ?? gapsFor(edge, { from, to }, ground)
  return { id: edge.id, source: edge.from, target: edge.to, from, to, points }
}

function gapsFor(edge: ChartEdge, { from, to }: Ends, { around, implied }: Ground): Point[] {
  const x = implied.has(edge.id) ? rightOf(from) - ASIDE : nearest(from, centreOf(to))
  const start = { x, y: bottomOf(from) }
  return gapsBetween(start, { x: centreOf(to), y: to.y }, around(edge.from, edge.to))
}

/** Of the places at the border of a state the one nearest to where a way leads. */
const nearest = (box: Box, x: number): number =>
  Math.min(Math.max(x, box.x + ASIDE), rightOf(box) - ASIDE)

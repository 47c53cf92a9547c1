// Where ways leave and reach the borders of states. Those that come from one side to a state share their last part and one
// arrow; those that come from above have places of their own. Pure.

import type { Bend, Box, PlacedEdge, Point } from './paths.ts'
import { bentPath, bottomOf, centreOf, midpoint, rightOf } from './paths.ts'

export interface Route {
  id: string
  /** Ids of the two states. */
  source: string
  target: string
  from: Box
  to: Box
  /** What it passes between the two; the first turn may be said to be no higher than something. */
  points: readonly Bend[]
}

const LEAVE_INSET = 28
const ARRIVE_INSET = 24
const LEAVE_GAP = 24
const ARRIVE_GAP = 14
/** Between where ways turn and the state that they leave or reach. */
const LEAVE_TURN = 8
const LEAVE_STEP = 6
const ARRIVE_TURN = 16
const ARRIVE_STEP = 7
const MOST_STEPS = 2
/** Between the border of a state and the middle of the words below it. */
const WORDS_BELOW = 22
const WORDS_ROOM = 32

interface End {
  x: number
  /** Height of the last, or the first, turn. */
  turn?: number
}

export function drawRoutes(routes: readonly Route[]): Map<string, PlacedEdge> {
  const starts = startsOf(routes)
  const ends = endsOf(routes, starts)
  return new Map(
    routes.map((route) => [route.id, drawn(route, starts.get(route.id), ends.get(route.id))]),
  )
}

function drawn({ from, to, points }: Route, start?: End, end?: End): PlacedEdge {
  const first = { x: start?.x ?? centreOf(from), y: bottomOf(from) }
  const last: Bend = { x: end?.x ?? centreOf(to), y: to.y }
  if (end?.turn !== undefined) last.turn = end.turn
  const passed = withoutDetour(points, first, last).map((point) => ({ ...point }))
  if (passed[0] && start?.turn !== undefined) passed[0].turn = start.turn
  const all = [first, ...passed, last]
  return {
    path: bentPath(all),
    label: wordsPlace(first, passed[0], last),
    right: Math.max(...all.map(({ x }) => x)),
  }
}

/** One point between two rows is where its words were to be: not worth a way around. */
function withoutDetour(points: readonly Bend[], first: Point, last: Point): readonly Bend[] {
  const [only] = points
  if (!only || points.length > 1) return points
  const isBetween = Math.sign(only.x - first.x) !== Math.sign(only.x - last.x)
  return isBetween || only.x === first.x || only.x === last.x ? points : []
}

/** Near the state that it leaves: further on, where ways share a gap, it would be anybody's. */
function wordsPlace(first: Point, passed: Bend | undefined, last: Point): Point {
  const near = first.y + WORDS_BELOW
  if (!passed) return { x: first.x, y: Math.min(near, midpoint(first, last).y) }
  if (passed.y <= first.y + WORDS_ROOM) return { x: passed.x, y: passed.y }
  const turned = (passed.turn ?? first.y) + WORDS_BELOW - LEAVE_TURN
  return { x: passed.x, y: Math.min(passed.y, Math.max(near, turned)) }
}

/** In the order of where they go, straight down where that is below. */
function startsOf(routes: readonly Route[]): Map<string, End> {
  const starts = new Map<string, End>()
  for (const group of Map.groupBy(routes, ({ source }) => source).values()) {
    const box = group[0]?.from
    if (!box) continue
    const leaving = group
      .map((route) => ({ route, heading: route.points[0]?.x ?? centreOf(route.to) }))
      .sort((a, b) => a.heading - b.heading)
    const inset = Math.min(LEAVE_INSET, box.width / 4)
    const range = { least: box.x + inset, most: rightOf(box) - inset, gap: LEAVE_GAP }
    const [only] = leaving
    const isFar = only && (only.heading < range.least || only.heading > range.most)
    const xs =
      leaving.length === 1 && isFar
        ? [centreOf(box)]
        : apart(
            leaving.map(({ heading }) => heading),
            range,
          )
    leaving.forEach(({ route }, index) => starts.set(route.id, { x: xs[index] ?? centreOf(box) }))
    turnOutwards(
      leaving.map(({ route }) => route),
      starts,
    )
  }
  return starts
}

/** The outermost turn first, so that none crosses another one. */
function turnOutwards(routes: readonly Route[], starts: Map<string, End>): void {
  const turning = (side: 1 | -1) =>
    routes.filter(({ id, points: [next] }) => {
      const x = starts.get(id)?.x ?? 0
      return next !== undefined && (next.x - x) * side >= 1
    })
  for (const group of [turning(-1), turning(1).reverse()]) {
    group.forEach((route, index) => {
      const start = starts.get(route.id)
      const next = route.points[0]
      if (!start || !next) return
      const least = bottomOf(route.from) + LEAVE_TURN
      const highest = Math.max(least, next.turn ?? least)
      const most = (highest - LEAVE_TURN + next.y) / 2
      start.turn = Math.min(highest + Math.min(index, MOST_STEPS) * LEAVE_STEP, most)
    })
  }
}

interface Arrival {
  route: Route
  /** Where it comes down, or from. */
  x: number
}

function endsOf(routes: readonly Route[], starts: ReadonlyMap<string, End>): Map<string, End> {
  const ends = new Map<string, End>()
  const sides: Side[] = []
  for (const group of Map.groupBy(routes, ({ target }) => target).values()) {
    const box = group[0]?.to
    if (!box) continue
    const arrivals = group.map((route) => ({
      route,
      x: route.points.at(-1)?.x ?? starts.get(route.id)?.x ?? centreOf(route.from),
    }))
    sides.push(...arrivedAt(box, arrivals, ends))
  }
  turnApart(sides, ends)
  return ends
}

/** What comes to a state from one side. */
interface Side {
  arrivals: readonly Arrival[]
  y: number
  left: number
  right: number
}

function arrivedAt(box: Box, arrivals: readonly Arrival[], ends: Map<string, End>): Side[] {
  const centre = centreOf(box)
  const range = Math.max(0, box.width / 2 - ARRIVE_INSET)
  const above = arrivals.filter(({ x }) => Math.abs(x - centre) <= range).sort((a, b) => a.x - b.x)
  const straight = apart(
    above.map(({ x }) => x),
    { least: centre - range, most: centre + range, gap: ARRIVE_GAP },
  )
  above.forEach(({ route }, index) => ends.set(route.id, { x: straight[index] ?? centre }))
  const left = arrivals.filter(({ x }) => x < centre - range)
  const right = arrivals.filter(({ x }) => x > centre + range)
  const isMet = left.length > 0 && right.length > 0
  const [most, least] = [Math.max(...straight), Math.min(...straight)]
  const ports = {
    left: above.length > 0 ? least - ARRIVE_GAP : centre - (isMet ? ARRIVE_GAP / 2 : 0),
    right: above.length > 0 ? most + ARRIVE_GAP : centre + (isMet ? ARRIVE_GAP / 2 : 0),
  }
  const edge = Math.min(ARRIVE_INSET, box.width / 4) / 2
  return [
    sideOf(left, Math.max(box.x + edge, ports.left), box.y, ends),
    sideOf(right, Math.min(rightOf(box) - edge, ports.right), box.y, ends),
    ...above.map((arrival) =>
      sideOf([arrival], ends.get(arrival.route.id)?.x ?? centre, box.y, ends),
    ),
  ].filter((side) => side.arrivals.length > 0)
}

function sideOf(arrivals: readonly Arrival[], x: number, y: number, ends: Map<string, End>): Side {
  for (const { route } of arrivals) ends.set(route.id, { x })
  const xs = [x, ...arrivals.map((arrival) => arrival.x)]
  return { arrivals, y, left: Math.min(...xs), right: Math.max(...xs) }
}

/** Ways to different states above the same row do not lie upon each other. */
function turnApart(sides: readonly Side[], ends: ReadonlyMap<string, End>): void {
  const turning = sides.filter(({ left, right }) => right - left >= 1)
  for (const row of Map.groupBy(turning, ({ y }) => Math.round(y)).values()) {
    const taken: Side[][] = []
    for (const side of row.toSorted((a, b) => a.right - a.left - (b.right - b.left))) {
      const isFree = (others: readonly Side[]) =>
        others.every(({ left, right }) => side.right < left || side.left > right)
      const found = taken.findIndex(isFree)
      const step = found === -1 ? taken.push([]) - 1 : found
      taken[step]?.push(side)
      for (const { route } of side.arrivals) {
        const end = ends.get(route.id)
        if (end) end.turn = side.y - ARRIVE_TURN - Math.min(step, MOST_STEPS) * ARRIVE_STEP
      }
    }
  }
}

interface Range {
  least: number
  most: number
  gap: number
}

/** Places near the wanted ones, which are sorted, with a gap between them. */
export function apart(wanted: readonly number[], { least, most, gap }: Range): number[] {
  const step = Math.min(gap, (most - least) / Math.max(1, wanted.length - 1))
  const pools: { sum: number; count: number }[] = []
  wanted.forEach((x, index) => {
    let pool = { sum: x - index * step, count: 1 }
    for (let last = pools.at(-1); last && meanOf(last) > meanOf(pool); last = pools.at(-1)) {
      pools.pop()
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count }
    }
    pools.push(pool)
  })
  const top = most - (wanted.length - 1) * step
  const bases = pools.flatMap((pool) => Array.from({ length: pool.count }, () => meanOf(pool)))
  return bases.map((base, index) => Math.min(Math.max(base, least), top) + index * step)
}

const meanOf = ({ sum, count }: { sum: number; count: number }): number => sum / count

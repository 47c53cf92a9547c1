// Breadth-first search over the graph of a document, and the way that it found to a point.

import { TRIGGER } from '../resolve.ts'
import type { Edge, Flow } from './flow.ts'

/** Points that can be reached, nearest first, each with the step that first did; null at the start. */
export interface Ways {
  has(point: string): boolean
  get(point: string): Edge | null | undefined
  keys(): Iterable<string>
}

/** Longer ways help nobody, and a hostile document could ask for millions of steps. */
const MAX_WAY = 300

export interface SearchOptions {
  start?: string
  /** Steps that are not taken. */
  isClosed?: (edge: Edge) => boolean
  /** Once there, the search is over; left out: it goes everywhere. */
  until?: string | undefined
}

/** Goes everywhere from the trigger, or another point, over the steps that are open; shortest ways first. */
export function search(flow: Flow, { start = TRIGGER, isClosed, until }: SearchOptions = {}): Ways {
  const { numberOf, points, steps } = indexOf(flow)
  const first = numberOf.get(start)
  if (first === undefined) return new Map([[start, null]])
  const by = points.map((): Edge | null | undefined => undefined)
  by[first] = null
  const queue = [first]
  const reached = { has: (point: string) => by[numberOf.get(point) ?? -1] !== undefined }
  const take = (edge: Edge, to: number): void => {
    if (by[to] !== undefined || isClosed?.(edge)) return
    by[to] = edge
    queue.push(to)
  }
  const goal = numberOf.get(until ?? '')
  for (const at of queue) {
    if (goal !== undefined && by[goal] !== undefined) break
    for (const { edge, to } of steps[at] ?? []) take(edge, to)
    const joined = flow.joins.size > 0 ? joinEdge(flow, points[at] ?? '', reached) : null
    if (joined) take(joined, numberOf.get(joined.to) ?? -1)
  }
  return {
    has: reached.has,
    get: (point) => by[numberOf.get(point) ?? -1],
    keys: () => queue.map((at) => points[at] ?? ''),
  }
}

/** The graph with numbers for points: names are looked up once and not at each step of each search. */
interface Index {
  points: readonly string[]
  numberOf: ReadonlyMap<string, number>
  /** Steps from each point. */
  steps: readonly (readonly { edge: Edge; to: number }[])[]
}

const indexes = new WeakMap<Flow, Index>()

export function indexOf(flow: Flow): Index {
  const before = indexes.get(flow)
  if (before) return before
  const ends = flow.edges.flatMap(({ from, to }) => [from, to])
  const points = [...new Set([...ends, ...flow.joins.keys(), ...flow.joinOf.keys()])]
  const numberOf = new Map(points.map((point, number) => [point, number]))
  const steps = points.map((point) =>
    (flow.from.get(point) ?? []).map((edge) => ({ edge, to: numberOf.get(edge.to) ?? -1 })),
  )
  const index = { points, numberOf, steps }
  indexes.set(flow, index)
  return index
}

/** The end of a group leads to the join of its parallel once the ends of all groups are reached. */
export function joinEdge(
  { joins, joinOf }: Flow,
  point: string,
  reached: { has(point: string): boolean },
): Edge | null {
  const join = joinOf.get(point)
  if (join === undefined || !joins.get(join)?.every((end) => reached.has(end))) return null
  const node = join.slice('join:'.length)
  return { from: point, to: join, node, cause: { kind: 'at once' }, sets: [] }
}

/** The steps of the way to a point, or null when there is none or it is too long. */
export function wayTo(flow: Flow, ways: Ways, point: string): Edge[] | null {
  const steps = stepsTo({ flow, ways, left: MAX_WAY }, point, TRIGGER)
  return steps ? steps.toReversed() : null
}

interface Walk {
  flow: Flow
  ways: Ways
  /** Steps that may still be noted. */
  left: number
}

/** Last step first. A join needs all its groups: they are walked one after the other. */
function stepsTo(walk: Walk, point: string, until: string): Edge[] | null {
  const steps: Edge[] = []
  let at = point
  while (at !== until) {
    const edge = walk.ways.get(at)
    walk.left -= 1
    if (edge === undefined || walk.left < 0) return null
    if (edge === null) return steps
    steps.push(edge)
    const ends = walk.flow.joins.get(at)
    if (!ends) {
      at = edge.from
      continue
    }
    const parallel = edge.node
    for (const end of ends.toReversed()) {
      const inner = stepsTo(walk, end, parallel)
      if (!inner) return null
      steps.push(...inner)
    }
    at = parallel
  }
  return steps
}

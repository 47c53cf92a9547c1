// Breadth-first search over the graph of a document, and the way that it found to a point.

import { TRIGGER } from '../resolve.ts'
import type { Edge, Flow } from './flow.ts'

/** Points that can be reached, each with the step that first did; null at the start. */
export type Ways = ReadonlyMap<string, Edge | null>

/** Longer ways help nobody, and a hostile document could ask for millions of steps. */
const MAX_WAY = 300

export interface SearchOptions {
  start?: string
  /** Steps that are not taken. */
  isClosed?: (edge: Edge) => boolean
}

/** Goes everywhere from the trigger, or another point, over the steps that are open; shortest ways first. */
export function search(flow: Flow, { start = TRIGGER, isClosed }: SearchOptions = {}): Ways {
  const ways = new Map<string, Edge | null>([[start, null]])
  const queue = [start]
  const take = (edge: Edge): void => {
    if (ways.has(edge.to) || isClosed?.(edge)) return
    ways.set(edge.to, edge)
    queue.push(edge.to)
  }
  for (const point of queue) {
    for (const edge of flow.from.get(point) ?? NOWHERE) take(edge)
    const joined = joinEdge(flow, point, ways)
    if (joined) take(joined)
  }
  return ways
}

const NOWHERE: readonly Edge[] = []

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

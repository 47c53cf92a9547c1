// Which states and transitions of the drawn chart a step of a simulation went through.

import type { Chart, ChartEdge } from '../compile/chart.ts'
import { END, TRIGGER } from '../compile/resolve.ts'

/** What moved the run. */
export type Cause = 'start' | 'done' | 'failed' | 'event' | 'timer'

export interface Moved {
  cause: Cause
  /** States before and after. */
  before: readonly string[]
  after: readonly string[]
  /** States entered, in order. */
  path: readonly string[]
}

export interface CoverageMap {
  /** Ids of everything that can be covered: states, and transitions as `state:port`. */
  states: string[]
  transitions: string[]
  /** Ids that a step covers. */
  coveredBy(moved: Moved): string[]
}

/** Prepares a chart for looking up what is covered. */
export function coverageOf(chart: Chart): CoverageMap {
  const nodes = new Map(chart.nodes.map((node) => [node.id, node]))
  const edges = Map.groupBy(chart.edges, (edge) => edge.from)
  const drawn = (id: string): string => (nodes.has(id) ? id : END)
  const isContainer = (id: string): boolean => nodes.get(id)?.role === 'container'
  const around = (id: string): string[] => {
    const parent = nodes.get(id)?.parent ?? null
    return parent === null ? [id] : [id, ...around(parent)]
  }
  const between = (from: string, to: string): ChartEdge[] =>
    (edges.get(from) ?? []).filter((edge) => edge.to === to)

  const viaContainer = (from: string, to: string): ChartEdge[] =>
    (edges.get(from) ?? [])
      .filter((edge) => isContainer(edge.to) && between(edge.to, to).length > 0)
      .flatMap((edge) => [edge, ...between(edge.to, to)])

  const entering = (moved: Moved, ids: string[], index: number): ChartEdge[] => {
    const to = ids[index] ?? END
    if (index > 0) {
      const previous = [ids[index - 1] ?? END, ...ids.slice(0, index - 1).filter(isContainer)]
      return previous.flatMap((from) => between(from, to))
    }
    if (moved.cause === 'start') return between(TRIGGER, to)
    // From the state itself, through the loop around it, from a container around it: the first that is drawn.
    const outer = moved.before.flatMap((id) => around(id).slice(1))
    const ways = [
      moved.before.flatMap((from) => preferred(between(from, to), moved.cause)),
      moved.before.flatMap((from) => preferred(viaContainer(from, to), moved.cause)),
      outer.flatMap((from) => preferred(between(from, to), moved.cause)),
      outer.flatMap((from) => preferred(viaContainer(from, to), moved.cause)),
    ]
    return ways.find((way) => way.length > 0) ?? []
  }

  /** A path of several that reached its end while others go on. */
  const endedBeside = (moved: Moved): ChartEdge[] =>
    moved.path.length > 0
      ? []
      : moved.before
          .filter((id) => !moved.after.includes(id))
          .flatMap((id) => preferred(edges.get(id) ?? [], moved.cause))

  return {
    states: chart.nodes.map(({ id }) => id).filter((id) => id !== TRIGGER),
    transitions: chart.edges.map(({ id }) => id),
    coveredBy: (moved) => {
      const ids = moved.path.map(drawn)
      const taken = ids.flatMap((_, index) => entering(moved, ids, index))
      return [...new Set([...ids, ...[...taken, ...endedBeside(moved)].map(({ id }) => id)])]
    },
  }
}

/** Of several ways to the same place, those that this cause can take. */
function preferred(edges: readonly ChartEdge[], cause: Cause): ChartEdge[] {
  const wanted = cause === 'failed' ? 'failed' : cause === 'timer' ? 'timer' : 'plain'
  const exact = edges.filter(({ port }) => classOf(port) === wanted)
  if (exact.length > 0) return exact
  return edges.filter(({ port }) => classOf(port) === 'plain')
}

function classOf(port: string): 'failed' | 'timer' | 'plain' {
  if (port === 'error' || port === 'fallback') return 'failed'
  return port.startsWith('timeout') ? 'timer' : 'plain'
}

// Which edges a contact passes when it moves from one state to another. Pure.

import type { Chart, ChartEdge } from '#machines/compile/chart.ts'

export const TRIGGER_ID = '$trigger'
export const END_ID = '$end'
export const FAILED_ID = '$failed'

interface Routes {
  leaving: Map<string, ChartEdge[]>
  found: Map<string, ChartEdge[]>
}

/** Charts are never changed, and the same ways are asked for again with every contact that passes. */
const known = new WeakMap<Chart, Routes>()

function routesOf(chart: Chart): Routes {
  const routes = known.get(chart) ?? {
    leaving: Map.groupBy(chart.edges, (edge) => edge.from),
    found: new Map(),
  }
  known.set(chart, routes)
  return routes
}

/** Shortest way along the edges; null stands for the trigger before and the end after a run. */
export function edgesBetween(chart: Chart, from: string | null, to: string | null): ChartEdge[] {
  const start = from ?? TRIGGER_ID
  const goal = to ?? END_ID
  const { leaving, found } = routesOf(chart)
  const key = `${start}>${goal}`
  const edges = found.get(key) ?? shortest(leaving, start, goal)
  found.set(key, edges)
  return edges
}

function shortest(leaving: Routes['leaving'], start: string, goal: string): ChartEdge[] {
  const reachedBy = new Map<string, ChartEdge>()
  const queue = [start]
  for (let at = queue.shift(); at !== undefined && !reachedBy.has(goal); at = queue.shift()) {
    for (const edge of leaving.get(at) ?? []) {
      if (reachedBy.has(edge.to) || (edge.to === start && goal !== start)) continue
      reachedBy.set(edge.to, edge)
      queue.push(edge.to)
    }
  }
  return traceBack(reachedBy, start, goal)
}

function traceBack(reachedBy: Map<string, ChartEdge>, start: string, goal: string): ChartEdge[] {
  const edges: ChartEdge[] = []
  let edge = reachedBy.get(goal)
  while (edge) {
    edges.unshift(edge)
    if (edge.from === start) return edges
    edge = reachedBy.get(edge.from)
  }
  return []
}

/** Where time alone leads from a state. */
export function timeoutTargetOf(chart: Chart, nodeId: string): string | null {
  const leaving = chart.edges.filter((edge) => edge.from === nodeId)
  const port = leaving.find((edge) => edge.port === 'timeout')
  const waits = chart.nodes.find((node) => node.id === nodeId)?.kind === 'delay'
  return port?.to ?? (waits ? (leaving.find((edge) => edge.port === 'next')?.to ?? null) : null)
}

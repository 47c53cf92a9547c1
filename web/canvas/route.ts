// Which edges a contact passes when it moves from one state to another. Pure.

import type { Chart, ChartEdge } from '#machines/compile/chart.ts'

export const TRIGGER_ID = '$trigger'
export const END_ID = '$end'
export const FAILED_ID = '$failed'

/** Shortest way along the edges; null stands for the trigger before and the end after a run. */
export function edgesBetween(chart: Chart, from: string | null, to: string | null): ChartEdge[] {
  const start = from ?? TRIGGER_ID
  const goal = to ?? END_ID
  const leaving = Map.groupBy(chart.edges, (edge) => edge.from)
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

// Knots of the graph: points that lead to each other (strongly connected components, Tarjan 1972).

import type { Edge, Flow } from './flow.ts'

interface Visit {
  point: string
  edges: readonly Edge[]
  next: number
}

/**
 * Sets of points that lead to each other over the steps that are open; single points only when they lead to
 * themselves. Without recursion: a document may chain more nodes than the call stack holds.
 */
export function knotsIn(flow: Flow, isOpen: (edge: Edge) => boolean): Set<string>[] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const knots: Set<string>[] = []

  function enter(point: string): Visit {
    order.set(point, order.size)
    lowest.set(point, order.size - 1)
    stack.push(point)
    onStack.add(point)
    return { point, edges: (flow.from.get(point) ?? []).filter(isOpen), next: 0 }
  }

  function lower(point: string, to: number): void {
    lowest.set(point, Math.min(lowest.get(point) ?? to, to))
  }

  function close({ point, edges }: Visit): void {
    if (lowest.get(point) !== order.get(point)) return
    const knot = new Set(stack.splice(stack.lastIndexOf(point)))
    for (const member of knot) onStack.delete(member)
    if (knot.size > 1 || edges.some(({ to }) => to === point)) knots.push(knot)
  }

  function visitFrom(start: string): void {
    const trail = [enter(start)]
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const edge = top.edges[top.next++]
      if (!edge) {
        close(top)
        trail.pop()
        const before = trail.at(-1)
        if (before) lower(before.point, lowest.get(top.point) ?? 0)
      } else if (!order.has(edge.to)) trail.push(enter(edge.to))
      else if (onStack.has(edge.to)) lower(top.point, order.get(edge.to) ?? 0)
    }
  }

  for (const point of flow.from.keys()) if (!order.has(point)) visitFrom(point)
  return knots
}

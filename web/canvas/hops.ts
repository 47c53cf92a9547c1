// An edge that crosses the borders of containers is one hop in each of them: to what leaves it, and on from there. Pure.

import type { ChartEdge } from '#machines/compile/chart.ts'

export interface Hop {
  edge: ChartEdge
  /** What is laid out in this container: the source, or the container inside that the source is in. */
  from: string
  /** Null: out of the container. */
  to: string | null
  /** It begins at the source itself. */
  isOwn: boolean
}

type Holders = ReadonlyMap<string, string | null>

/** By container, null is the root. Edges between a container and what it holds are none. */
export function hopsOf(edges: readonly ChartEdge[], holderOf: Holders): Map<string | null, Hop[]> {
  const levels = new Map<string | null, Hop[]>()
  for (const edge of edges) {
    const goals = placesOf(edge.to, holderOf)
    const sources = placesOf(edge.from, holderOf)
    if ([...sources.values()].includes(edge.to) || [...goals.values()].includes(edge.from)) continue
    for (const [holder, from] of sources) {
      const to = goals.get(holder) ?? null
      const hops = levels.get(holder) ?? []
      hops.push({ edge, from, to, isOwn: from === edge.from })
      levels.set(holder, hops)
      if (to !== null) break
    }
  }
  return levels
}

/** By container, from the innermost: where a node, or what holds it, is laid out. */
function placesOf(id: string, holderOf: Holders): Map<string | null, string> {
  const places = new Map<string | null, string>()
  let at = id
  for (;;) {
    const holder = holderOf.get(at) ?? null
    places.set(holder, at)
    if (holder === null) return places
    at = holder
  }
}

// Marks that say the same stay the same objects, so that only the states and ways that changed are drawn anew. Pure.

import { isSameJson } from '../state/same-json.ts'
import type { ChartMarks } from './marks.ts'

export function withSame(before: ChartMarks | null, after: ChartMarks): ChartMarks {
  if (before === null) return after
  const nodes = sharing(before.nodes, after.nodes)
  const edges = sharing(before.edges, after.edges)
  return nodes === before.nodes && edges === before.edges ? before : { nodes, edges }
}

function sharing<Mark extends object>(
  before: Map<string, Mark>,
  after: Map<string, Mark>,
): Map<string, Mark> {
  let isSame = before.size === after.size
  const shared = new Map<string, Mark>()
  for (const [id, mark] of after) {
    const old = before.get(id)
    const kept = old !== undefined && isSameJson(old, mark) ? old : mark
    if (kept !== old) isSame = false
    shared.set(id, kept)
  }
  return isSame ? before : shared
}

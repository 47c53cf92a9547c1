// People on the drawing: the state that somebody is changing says whose it is.

import type { Editor } from '#machines/contracts/live.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { holderIn } from './people.ts'

/** @param others everybody but this page itself */
export function withPeople(marks: ChartMarks, others: readonly Editor[]): ChartMarks {
  const held = new Set(others.flatMap(({ nodeId, typing }) => (typing && nodeId ? [nodeId] : [])))
  if (held.size === 0) return marks
  const nodes = new Map(marks.nodes)
  for (const nodeId of held) {
    const holder = holderIn(others, null, nodeId)
    const mark = nodes.get(nodeId) ?? { tone: 'neutral' as const }
    if (holder) nodes.set(nodeId, { ...mark, heldBy: holder.name })
  }
  return { ...marks, nodes }
}

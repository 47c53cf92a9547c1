// A path through the drawing that is pointed out: its states, and the edges between them. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import type { ChartMarks } from './marks.ts'
import { edgesBetween, END_ID, TRIGGER_ID } from './route.ts'

/** States of a trace as they are drawn: from the trigger on, nodes of type `end` as the end. */
export function drawnTrace(states: readonly string[], ends: ReadonlySet<string>): string[] {
  const drawn = states.map((id) => (ends.has(id) ? END_ID : id))
  return drawn.filter((id, index) => id !== drawn[index - 1])
}

/** Points out one state, or a path that begins with the trigger. */
export function withTrace(marks: ChartMarks, chart: Chart, states: readonly string[]): ChartMarks {
  const [first] = states
  if (first === undefined) return marks
  const hops = states.flatMap((to, index) =>
    edgesBetween(chart, states[index - 1] ?? TRIGGER_ID, to),
  )
  const traced = new Set([...states, ...hops.flatMap(({ from, to }) => [from, to])])
  const edges = new Map(marks.edges)
  for (const { id } of hops) edges.set(id, { ...edges.get(id), walked: true })
  const nodes = [...marks.nodes].map(
    ([id, mark]) => [id, traced.has(id) ? { ...mark, traced: true } : mark] as const,
  )
  return { nodes: new Map(nodes), edges }
}

/** Points out states without a way between them. */
export function withPointed(marks: ChartMarks, states: readonly string[]): ChartMarks {
  const pointed = new Set(states)
  const nodes = [...marks.nodes].map(
    ([id, mark]) => [id, pointed.has(id) ? { ...mark, traced: true } : mark] as const,
  )
  return { ...marks, nodes: new Map(nodes) }
}

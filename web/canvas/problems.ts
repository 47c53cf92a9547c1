// What is wrong with the states of a draft, for the drawing. Pure.

import type { Diagnostic } from '#machines/contracts/api.ts'
import type { ChartMarks } from './marks.ts'

export const errorsOf = (diagnostics: Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === 'error')

/** Adds the sentences of the errors to the states that they name; `say` makes the sentence. */
export function withProblems(
  marks: ChartMarks,
  diagnostics: Diagnostic[],
  say: (problem: Diagnostic) => string,
): ChartMarks {
  const byNode = Map.groupBy(errorsOf(diagnostics), ({ nodeId }) => nodeId)
  const nodes = [...marks.nodes].map(([id, mark]) => {
    const found = byNode.get(id)
    return [id, found ? { ...mark, problems: found.map(say) } : mark] as const
  })
  return { ...marks, nodes: new Map(nodes) }
}

// Why a node cannot have an id, or null when it can.

import {
  NODE_ID_PATTERN,
  RESERVED_NODE_IDS,
  type WorkflowDocument,
} from '#machines/contracts/workflow.ts'
import { SCOPE_NAMES } from '#machines/expression/scope.ts'

export type IdProblem = 'empty' | 'letters' | 'reserved' | 'taken'

/** @param own the node's id now */
export function idProblem(
  written: string,
  own: string,
  { nodes }: Pick<WorkflowDocument, 'nodes'>,
): IdProblem | null {
  const id = written.trim()
  if (id === own) return null
  if (id === '') return 'empty'
  if (RESERVED_NODE_IDS.has(id) || SCOPE_NAMES.has(id)) return 'reserved'
  if (!NODE_ID_PATTERN.test(id)) return 'letters'
  return nodes.some((node) => node.id === id) ? 'taken' : null
}

// Another id for a node; everything that names it follows.

import {
  NODE_ID_PATTERN,
  RESERVED_NODE_IDS,
  type WorkflowDocument,
} from '#machines/contracts/workflow.ts'
import { SCOPE_NAMES } from '#machines/expression/scope.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { positionsOf, withPositions } from './positions.ts'
import { withNames } from './references.ts'

export type NameProblem = 'invalid' | 'reserved' | 'taken'

/** Why the node cannot be called so, or null. */
export function nameProblem(
  { nodes }: WorkflowDocument,
  from: string,
  to: string,
): NameProblem | null {
  if (RESERVED_NODE_IDS.has(to) || SCOPE_NAMES.has(to)) return 'reserved'
  if (!NODE_ID_PATTERN.test(to)) return 'invalid'
  return to !== from && nodes.some(({ id }) => id === to) ? 'taken' : null
}

/** A name that it cannot have changes nothing: `nameProblem` says why. */
export function renameNode(document: WorkflowDocument, from: string, to: string): Edit {
  const isThere = document.nodes.some(({ id }) => id === from)
  if (!isThere || from === to || nameProblem(document, from, to) !== null) {
    return unchanged(document, [from])
  }
  const names = new Map([[from, to]])
  const nodes = document.nodes.map((node) => withNames(node, names))
  const positions = positionsOf(document)
  const position = positions.get(from)
  if (!position) return withNodes(document, nodes, [to])
  positions.delete(from)
  return withNodes(withPositions(document, positions.set(to, position)), nodes, [to])
}

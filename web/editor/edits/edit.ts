// What edits give back.

import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import type { DocNode } from './outline.ts'

/** The very same document: there was nothing to do, or it cannot be done. */
export function unchanged(document: WorkflowDocument, select: readonly string[] = []): Edit {
  return { document, select }
}

export function withNodes(
  document: WorkflowDocument,
  nodes: DocNode[],
  select: readonly string[],
): Edit {
  return { document: { ...document, nodes }, select }
}

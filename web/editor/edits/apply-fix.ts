// The fix of a problem, as the checks give it.

import type { JsonPatchOp } from '#machines/contracts/api.ts'
import type { Json } from '#machines/contracts/json.ts'
import { type WorkflowDocument, WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import { applyPatch } from '../../api/json-patch.ts'
import { keepSame } from '../../state/same-json.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged } from './edit.ts'

/** A patch that was made for another document, or would break it, changes nothing. */
export function applyFix(document: WorkflowDocument, patch: readonly JsonPatchOp[]): Edit {
  const { data } = WorkflowDocumentSchema.safeParse(applyPatch(document as unknown as Json, patch))
  if (!data) return unchanged(document)
  const touched = patch.flatMap(({ path }) => {
    const index = /^\/nodes\/(\d+)(?:\/|$)/u.exec(path)?.[1]
    return (index === undefined ? undefined : data.nodes[Number(index)]?.id) ?? []
  })
  // What the patch leaves alone stays the same object: everything that was worked out for it stays good.
  const nodes = keepSame(document.nodes, data.nodes)
  return { document: { ...data, nodes }, select: [...new Set(touched)] }
}

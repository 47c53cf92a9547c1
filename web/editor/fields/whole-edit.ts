// A node or the trigger replaced as a whole, as somebody wrote it in JSON. What it is called and where it stands are
// changed elsewhere, where everything that names it follows.

import { TRIGGER } from '#machines/compile/resolve.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'

export function wholeEdit(document: WorkflowDocument, nodeId: string, whole: JsonObject): Edit {
  const { type } = whole
  const select = [nodeId]
  if (typeof type !== 'string') return { document, select }
  if (nodeId === TRIGGER) return { document: { ...document, trigger: { ...whole, type } }, select }
  const nodes = document.nodes.map((node) => {
    if (node.id !== nodeId) return node
    const { id: _id, parent: _parent, ...body } = whole
    const place = node['parent'] === undefined ? {} : { parent: node['parent'] }
    return { id: nodeId, ...body, type, ...place }
  })
  return { document: { ...document, nodes }, select }
}

// One field of a node, of the trigger (`$trigger`) or of the workflow itself (`$workflow`: its name).

import { TRIGGER } from '#machines/compile/resolve.ts'
import { type WorkflowDocument, WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { keepOthers } from './connect.ts'
import { unchanged, withNodes } from './edit.ts'
import { moveInto } from './move-into.ts'
import { type DocNode, outlineOf, shapeOf } from './outline.ts'
import { type FieldPath, keysOf, valueAt, withValueAt } from './paths.ts'
import { renameNode } from './rename-node.ts'
import { rewire } from './rewire.ts'
import { setTrigger } from './set-trigger.ts'

export const WORKFLOW = '$workflow'

/**
 * @param path `.text`, `.buttons[0].title`, `.cases['a/b']`
 * @param value `undefined` takes the field away, or the item of a list
 */
export function setField(
  document: WorkflowDocument,
  nodeId: string,
  path: FieldPath,
  value: unknown,
): Edit {
  const keys = keysOf(path)
  if (nodeId === TRIGGER) {
    const trigger = withValueAt(document.trigger, keys, value)
    const { data } = WorkflowDocumentSchema.shape.trigger.safeParse(trigger)
    return data ? setTrigger(document, data) : unchanged(document, [nodeId])
  }
  if (nodeId === WORKFLOW) return setOwn(document, keys, value)
  const node = document.nodes.find(({ id }) => id === nodeId)
  if (!node) return unchanged(document, [nodeId])
  if (keys.length === 1 && keys[0] === 'id') return renameNode(document, nodeId, String(value))
  if (keys.length === 1 && keys[0] === 'parent') {
    return moveInto(document, [nodeId], typeof value === 'string' ? value : null)
  }
  if (valueAt(node, keys) === value) return unchanged(document, [nodeId])
  const made = withValueAt(node, keys, value) as Partial<DocNode>
  const { id, type } = made
  if (typeof id !== 'string' || typeof type !== 'string') return unchanged(document, [nodeId])
  const nodes = document.nodes.map((each) => (each === node ? { ...made, id, type } : each))
  // What its paths leave out means where the parallel leads: that must not change with it.
  const isLedBy = shapeOf(node.type) === 'parallel' && keys[0] === 'next'
  if (!isLedBy) return withNodes(document, nodes, [nodeId])
  const wanted = keepOthers(outlineOf(document.nodes), { nodeId, port: 'next' })
  return withNodes(document, rewire(nodes, wanted), [nodeId])
}

function setOwn(
  document: WorkflowDocument,
  keys: readonly (string | number)[],
  value: unknown,
): Edit {
  if (keys.length !== 1 || keys[0] !== 'name') return unchanged(document)
  const { data: name } = WorkflowDocumentSchema.shape.name.safeParse(value)
  return name === undefined || name === document.name
    ? unchanged(document)
    : { document: { ...document, name }, select: [] }
}

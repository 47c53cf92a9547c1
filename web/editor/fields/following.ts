// Where the ways of a node lead that are left out: what follows is never written down.

import { containerDoneBy } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { outlineOf } from '../edits/outline.ts'

/** Ids of nodes by the field of the way; the end of a container is the container. */
export function followingIn(document: WorkflowDocument, nodeId: string): Map<string, string> {
  const { byId } = outlineOf(document.nodes)
  const node = byId.get(nodeId)
  if (!node) return new Map()
  const ways = node.exits.map(
    ({ port, target }) =>
      [port.path.replace(/^\./, ''), containerDoneBy(target) ?? target] as const,
  )
  const failing = ways.some(([field]) => field === 'onError')
    ? []
    : [['onError', node.failsTo] as const]
  return new Map([...ways, ...failing])
}

// PARENT_INVALID, CONTAINER_EMPTY, REGION_NOT_GROUP: what is nested where it cannot be; DOCUMENT_EMPTY where nothing is
// left to begin with.

import type { Finding } from '../diagnostics.ts'
import { isContainer, isInterrupt, type ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { removeAt } from './fix.ts'

/** Parents that cannot hold the node, containers with nothing inside, regions that are no groups. */
export function wrongPlaces({ flow: { nodes, byId } }: Checked): Finding[] {
  return [...nothingToBeginWith(nodes), ...nodes.flatMap((node) => misplaced(node, byId))]
}

/** Interrupts alone are never reached. */
function nothingToBeginWith(nodes: readonly ResolvedNode[]): Finding[] {
  const isEmpty = nodes.every((node) => node.parent !== null || isInterrupt(node))
  return isEmpty && nodes.length > 0 ? [{ code: 'DOCUMENT_EMPTY', path: '$.nodes' }] : []
}

function misplaced(node: ResolvedNode, byId: ReadonlyMap<string, ResolvedNode>): Finding[] {
  const findings: Finding[] = []
  const named = node.node.parent
  if (typeof named === 'string' && node.parent === null) {
    const place = placeOf(node, '.parent')
    const fix = [removeAt(place.path)]
    findings.push({ code: 'PARENT_INVALID', ...place, detail: named, fix })
  }
  if (isContainer(node) && node.children.length === 0) {
    findings.push({ code: 'CONTAINER_EMPTY', ...placeOf(node), detail: node.id })
  }
  const parent = byId.get(node.parent ?? '')
  if (parent?.type === 'parallel' && node.kind && node.type !== 'group') {
    findings.push({ code: 'REGION_NOT_GROUP', ...placeOf(node, '.parent'), detail: node.id })
  }
  return findings
}

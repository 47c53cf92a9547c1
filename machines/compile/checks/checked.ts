// What every check is given, and how it names the place of what it finds.

import type { ParsedTrigger } from '../parse.ts'
import type { ResolvedNode } from '../resolve.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Flow } from './flow.ts'

export interface Checked {
  flow: Flow
  trigger: ParsedTrigger | null
  /** Left out: what the tenant has is not asked. */
  surroundings?: Surroundings | undefined
}

/** Node and JSON path of a finding. @param field inside the node: `.next`, `.cases.x`; empty: the node itself */
export function placeOf(node: ResolvedNode, field = ''): { path: string; nodeId: string } {
  return { path: `$.nodes[${node.index}]${field}`, nodeId: node.id }
}

/** The node and the containers around it, innermost first. */
export function* outwards(
  byId: ReadonlyMap<string, ResolvedNode>,
  node: ResolvedNode | undefined,
): Generator<ResolvedNode> {
  // A node may have the empty id, which is reported: it must not become everybody's container.
  for (let at = node; at; at = at.parent === null ? undefined : byId.get(at.parent)) yield at
}

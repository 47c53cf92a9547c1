// NODE_UNREACHABLE: a node that no path, failure or interrupt leads to.

import type { JsonPatchOp } from '../../contracts/api.ts'
import type { Finding } from '../diagnostics.ts'
import { isInterrupt, type ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import type { Flow } from './flow.ts'
import { removeAt } from './fix.ts'

/** Every node that the run cannot get to. */
export function unreachableNodes({ flow }: Checked): Finding[] {
  const reached = reachedIn(flow)
  const left = flow.nodes.filter((node) => !reached.has(node.id))
  return left.map((node) => ({
    code: 'NODE_UNREACHABLE',
    ...placeOf(node),
    detail: node.id,
    fix: removalOf(flow, node),
  }))
}

function reachedIn({ nodes, byId }: Flow): Set<string> {
  const reached = new Set<string>()
  const first = nodes.find((node) => node.parent === null && !isInterrupt(node))
  const waiting = [...(first ? [first] : []), ...nodes.filter(isInterrupt)].map(({ id }) => id)
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = byId.get(id)
    if (!node || reached.has(id)) continue
    reached.add(id)
    waiting.push(...leadsTo(node))
  }
  return reached
}

/** A node leads out by its exits and failures, into the containers around it, and a container to what it begins with. */
function leadsTo(node: ResolvedNode): string[] {
  const shape = node.kind?.lower(node.node).shape
  const inside = shape === 'parallel' ? node.children : node.children.slice(0, 1)
  const around = node.parent === null ? [] : [node.parent]
  return [...inside, ...around, node.failsTo, ...node.exits.map((exit) => exit.target)]
}

/** Takes the node away; not when it holds others, or others that nobody reaches either lead to it. */
function removalOf({ nodes }: Flow, { id, index, children }: ResolvedNode): JsonPatchOp[] | null {
  const isNeeded = nodes.some(
    (other) => other.id !== id && other.exits.some(({ port }) => port.target === id),
  )
  return isNeeded || children.length > 0 ? null : [removeAt(`$.nodes[${index}]`)]
}

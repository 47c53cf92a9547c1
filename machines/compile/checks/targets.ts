// TARGET_MISSING: a way out that names a node which the document lacks.

import type { Finding } from '../diagnostics.ts'
import { isContainer, type ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { replaceAt } from './fix.ts'
import { nearestOf } from './nearest.ts'
import { traceTo } from './trace.ts'

/** Every way out that leads nowhere, with the id that was probably meant. */
export function missingTargets({ flow }: Checked): Finding[] {
  const ids = flow.nodes.map(({ id }) => id)
  return flow.nodes.flatMap((node) =>
    [...missingExits(node), ...missingCatch(node, flow.byId)].map(({ path, target }): Finding => {
      const place = placeOf(node, path)
      const nearest = nearestOf(target, ids)
      return {
        code: 'TARGET_MISSING',
        ...place,
        detail: target,
        fix: nearest === null ? null : [replaceAt(place.path, nearest)],
        trace: traceTo(flow, node.id),
      }
    }),
  )
}

interface Missing {
  path: string
  target: string
}

function missingExits(node: ResolvedNode): Missing[] {
  return node.exits
    .filter((exit) => !exit.exists)
    .map(({ port, target }) => ({ path: port.path, target }))
}

/** `onError` of a container is no way out of its own, but failures inside go there. */
function missingCatch(node: ResolvedNode, byId: ReadonlyMap<string, unknown>): Missing[] {
  const { onError } = node.node
  const isMissing = isContainer(node) && typeof onError === 'string' && !byId.has(onError)
  return isMissing ? [{ path: '.onError', target: onError }] : []
}

// TARGET_IN_INTERRUPT: a path that leads into an interrupt, which has its own way in. HISTORY_MISPLACED: a return to
// where a state was left that nothing can be left inside of.

import type { Finding } from '../diagnostics.ts'
import { isContainer, isInterrupt, type ResolvedNode } from '../resolve.ts'
import { type Checked, outwards, placeOf } from './checked.ts'
import { removeAt } from './fix.ts'
import { traceTo } from './trace.ts'

/** Ways that no path may take. */
export function wrongEntrances({ flow }: Checked): Finding[] {
  const { nodes, byId } = flow
  const interruptOf = (node: ResolvedNode | undefined): string | null =>
    outwards(byId, node).find(isInterrupt)?.id ?? null
  return nodes.flatMap((node) => {
    const own = interruptOf(node)
    const ways = [
      ...node.exits.map(({ port, target }) => ({ path: port.path, target })),
      ...catchOf(node),
    ]
    const into = ways.flatMap(({ path, target }): Finding[] => {
      const entered = interruptOf(byId.get(target))
      if (entered === null || (entered === own && target !== own)) return []
      const trace = traceTo(flow, node.id)
      return [{ code: 'TARGET_IN_INTERRUPT', ...placeOf(node, path), detail: target, trace }]
    })
    return [...into, ...misplacedHistory(node, byId)]
  })
}

function catchOf(node: ResolvedNode): { path: string; target: string }[] {
  const { onError } = node.node
  return isContainer(node) && typeof onError === 'string'
    ? [{ path: '.onError', target: onError }]
    : []
}

function misplacedHistory(node: ResolvedNode, byId: ReadonlyMap<string, ResolvedNode>): Finding[] {
  const lowering = node.kind?.lower(node.node)
  if (lowering?.shape !== 'jump' || lowering.history === 'none') return []
  const target = byId.get(node.exits[0]?.target ?? '')
  const shape = target?.kind?.lower(target.node).shape
  if (!target || shape === undefined || shape === 'group' || shape === 'loop') return []
  const place = placeOf(node, '.history')
  const fix = [removeAt(place.path)]
  return [{ code: 'HISTORY_MISPLACED', ...place, detail: target.id, fix }]
}

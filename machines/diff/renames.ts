// Which nodes of the newer document are nodes of the older one under another id.

import type { ResolvedNode } from '../compile/resolve.ts'
import { isSameBody, type Side } from './side.ts'

/** Old id to new id, for every node that is still there: under its own id or renamed. */
export type Kept = ReadonlyMap<string, string>

/**
 * Finds what is still there: the same id; else the same kind doing the same, else the same kind in the same place
 * among its neighbours.
 */
export function findKept(before: Side, after: Side): Kept {
  const kept = new Map<string, string>()
  for (const id of before.nodes.keys()) if (after.nodes.has(id)) kept.set(id, id)
  const gone = [...before.nodes.values()].filter(({ id }) => !after.nodes.has(id))
  const fresh = [...after.nodes.values()].filter(({ id }) => !before.nodes.has(id))
  pair(gone, fresh, kept, (left, right) => {
    return isSameBody(left, right) && isSamePlace(left, right, { before, after, kept })
  })
  pair(gone, fresh, kept, (left, right) => isSameBody(left, right) && saysSomething(left))
  // One pair may be the neighbour by which the next one is known.
  const isAlike = (left: ResolvedNode, right: ResolvedNode): boolean =>
    left.type === right.type && isSamePlace(left, right, { before, after, kept })
  while (pair(gone, fresh, kept, isAlike));
  return kept
}

/** Pairs what belongs together, in order, each once. @returns whether any pair was found */
function pair(
  gone: ResolvedNode[],
  fresh: ResolvedNode[],
  kept: Map<string, string>,
  belongs: (left: ResolvedNode, right: ResolvedNode) => boolean,
): boolean {
  const taken = new Set(kept.values())
  const before = kept.size
  for (const left of gone) {
    if (kept.has(left.id)) continue
    const right = fresh.find((each) => !taken.has(each.id) && belongs(left, each))
    if (!right) continue
    kept.set(left.id, right.id)
    taken.add(right.id)
  }
  return kept.size > before
}

/** An `end` here and an `end` there are alike and still not the same node. */
function saysSomething({ node }: ResolvedNode): boolean {
  const { id: _id, type: _type, parent: _parent, next: _next, ...rest } = node
  return Object.keys(rest).length > 0
}

function isSamePlace(
  left: ResolvedNode,
  right: ResolvedNode,
  { before, after, kept }: { before: Side; after: Side; kept: Kept },
): boolean {
  const was = before.places.get(left.id)
  const is = after.places.get(right.id)
  if (!was || !is) return false
  const parent = was.parent === null ? null : kept.get(was.parent)
  return (
    parent === is.parent &&
    keptBeside(left.id, 'previous', { before, kept }) === is.previous &&
    keptBeside(left.id, 'following', { before, kept }) === is.following
  )
}

/** The new id of the nearest neighbour that is still there; null at the edge. */
function keptBeside(
  id: string,
  side: 'previous' | 'following',
  { before, kept }: { before: Side; kept: Kept },
): string | null {
  let neighbour = before.places.get(id)?.[side] ?? null
  while (neighbour !== null && !kept.has(neighbour)) {
    neighbour = before.places.get(neighbour)?.[side] ?? null
  }
  return neighbour === null ? null : (kept.get(neighbour) ?? null)
}

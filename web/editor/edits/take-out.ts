// Taking nodes out of a draft so that it closes behind them: what led to them leads to where they led.

import { containerDoneBy, doneOf, END, type ResolvedNode } from '#machines/compile/resolve.ts'
import {
  type DocNode,
  exitOf,
  isRegion,
  lineOf,
  nextOf,
  type Outline,
  outlineOf,
  shapeOf,
} from './outline.ts'
import { keep, rewire } from './rewire.ts'

/** The nodes without those, and closed behind them. */
export function takeOut(nodes: readonly DocNode[], gone: ReadonlySet<string>): DocNode[] {
  const before = outlineOf(nodes)
  const rest = nodes.filter(({ id }) => !gone.has(id))
  return rewire(
    rest,
    keep(before, (target) => pastGone(before, target, gone)),
  )
}

/** Where a target leads when these nodes are not there: the first place after them. */
export function pastGone(before: Outline, target: string, gone: ReadonlySet<string>): string {
  let now = target
  for (let left = before.nodes.length; left >= 0; left -= 1) {
    const done = containerDoneBy(now)
    const node = before.byId.get(done ?? now)
    if (!node || !gone.has(node.id)) return now
    now = done === null ? onwardOf(before, node) : (nextOf(before, node) ?? END)
  }
  // They only led to each other.
  return END
}

/** Where the flow goes on after a node: its `next`, what all its exits agree on, else what follows in the list. */
export function onwardOf(outline: Outline, node: ResolvedNode): string {
  if (shapeOf(node.type) === 'end') return END
  if (isRegion(outline, node)) return nextOf(outline, node) ?? END
  const next = exitOf(outline, node.id, 'next')
  if (next) return next.target
  const targets = new Set(node.exits.map(({ target }) => target))
  const [only = END] = targets
  return targets.size === 1 ? only : followingOf(outline, node)
}

function followingOf(outline: Outline, { id, parent }: ResolvedNode): string {
  const line = lineOf(outline, parent).map((node) => node.id)
  const following = line[line.indexOf(id) + 1]
  return following ?? (parent === null ? END : doneOf(parent))
}

// Putting nodes somewhere: what led on from there leads to them, and they lead on to where that led.

import { MAX_NODES } from '#machines/contracts/workflow.ts'
import { aroundOf, type DocNode, lineOf, type Outline, outlineOf } from './outline.ts'
import { inRegion } from './regions.ts'
import { keep, rewire, type Wanted } from './rewire.ts'
import type { Piece, Spot } from './spots.ts'

/** The nodes with the piece among them; null where there would be too many. */
export function splice(nodes: readonly DocNode[], added: Piece, spot: Spot): DocNode[] | null {
  const piece = inRegion(nodes, added, spot)
  if (nodes.length + piece.nodes.length > MAX_NODES) return null
  const outline = outlineOf(nodes)
  const fresh = new Set(piece.nodes.map(({ id }) => id))
  const others = keep(outline, (target, from) => (spot.leads(target, from) ? piece.head : target))
  const wanted: Wanted = {
    exit: (node, exit) =>
      fresh.has(node.id) ? piece.exit(node, exit, spot.target) : others.exit(node, exit),
    // The first step of a draft is what it begins with, whether anything leads there or not.
    entry: others.entry,
  }
  return rewire(placed(nodes, piece, { outline, spot }), wanted)
}

function placed(
  nodes: readonly DocNode[],
  { nodes: added, tops }: Piece,
  { outline, spot }: { outline: Outline; spot: Spot },
): DocNode[] {
  const ready = added.map((node) => (tops.has(node.id) ? withParent(node, spot.parent) : node))
  return [...nodes].toSpliced(indexFor(nodes, outline, spot), 0, ...ready)
}

/** Right behind a node and what stands after it of its inside; only the order of siblings means anything. */
export function indexFor(
  nodes: readonly DocNode[],
  outline: Outline,
  { parent, behind }: Pick<Spot, 'parent' | 'behind'>,
): number {
  const before = behind ?? parent
  const first = lineOf(outline, parent)[0]?.id
  if (behind === null && first !== undefined) return nodes.findIndex(({ id }) => id === first)
  let index = nodes.findIndex(({ id }) => id === before) + 1
  if (behind === null || before === null) return index
  while (index < nodes.length && aroundOf(outline, nodes[index]?.id ?? '').includes(before)) {
    index += 1
  }
  return index
}

export function withParent(node: DocNode, parent: string | null): DocNode {
  const { parent: _before, ...others } = node
  return parent === null ? others : { ...others, parent }
}

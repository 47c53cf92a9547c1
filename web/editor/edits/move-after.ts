// Steps taken from where they are and put into another arrow, one after the other.

import type { ResolvedNode } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import {
  blockOf,
  type DocNode,
  isRegion,
  type Outline,
  outlineOf,
  shapeOf,
  topsOf,
} from './outline.ts'
import { splice } from './splice.ts'
import { type Piece, spotIn, type Way } from './spots.ts'
import { onwardOf, pastGone, takeOut } from './take-out.ts'

/** What led to them leads to where they led; the arrow leads to the first of them and the last of them on to its end. */
export function moveAfter(document: WorkflowDocument, ids: readonly string[], way: Way): Edit {
  const outline = outlineOf(document.nodes)
  const tops = movable(outline, ids)
  const piece = pieceOf(document.nodes, outline, tops)
  if (!piece || piece.nodes.some(({ id }) => id === way.nodeId)) return unchanged(document, ids)
  const found = spotIn(withoutPiece(document.nodes, piece), way)
  const nodes = found && splice(found[0], piece, found[1])
  return nodes ? withNodes(document, nodes, [...piece.tops]) : unchanged(document, ids)
}

/** Without those that are inside others of them, and those that only words lead to: these have no place in an arrow. */
export function movable(outline: Outline, ids: readonly string[]): ResolvedNode[] {
  return topsOf(outline, ids).filter(({ type }) => shapeOf(type) !== 'interrupt')
}

export function withoutPiece(nodes: readonly DocNode[], piece: Piece): DocNode[] {
  return takeOut(nodes, new Set(piece.nodes.map(({ id }) => id)))
}

/**
 * The nodes with all inside them, ready to be put elsewhere: arrows between them stay, those to nodes that are not
 * next to them too. Where one of them led on to what comes after it, it leads on to the next one of them that none of
 * them leads to, the last ones to where the whole goes on.
 */
export function pieceOf(
  nodes: readonly DocNode[],
  outline: Outline,
  tops: readonly ResolvedNode[],
): Piece | null {
  const [head] = tops
  if (!head) return null
  const block = blockOf(
    outline,
    tops.map(({ id }) => id),
  )
  const heads = tops.filter((node) => node === head || !isLedTo(outline, node, block))
  return {
    nodes: nodes.filter(({ id }) => block.has(id)),
    tops: new Set(tops.map(({ id }) => id)),
    head: head.id,
    exit: ({ id }, { port }, target) => {
      const was = outline.byId.get(id)?.exits.find((exit) => exit.port.name === port.name)?.target
      const top = tops.find((node) => node.id === id)
      if (was === undefined || block.has(was) || !top) return was
      const isOnward =
        was === onwardOf(outline, top) ||
        was === pastGone(outline, head.id, block) ||
        (port.name === 'next' && isRegion(outline, top))
      if (!isOnward) return was
      const later = tops.slice(tops.indexOf(top) + 1).find((node) => heads.includes(node))
      return later?.id ?? target
    },
  }
}

function isLedTo(outline: Outline, { id }: ResolvedNode, block: ReadonlySet<string>): boolean {
  return outline.nodes.some(
    (node) =>
      block.has(node.id) && node.id !== id && node.exits.some(({ target }) => target === id),
  )
}

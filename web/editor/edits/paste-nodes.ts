// Nodes from the clipboard: under fresh ids, with the arrows between them.

import { END } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Clip, Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { freshNames } from './fresh-names.ts'
import { blockOf, type DocNode, isHolder, lineOf, outlineOf } from './outline.ts'
import { withNames } from './references.ts'
import { splice } from './splice.ts'
import { aloneSpot, endSpot, type Piece, spotIn, type Spot, type Way } from './spots.ts'

export interface Pasting {
  /** The arrow that they are put into. */
  after?: Way | undefined
  /** The container whose last steps they become. */
  into?: string | undefined
}

/** Left out both `after` and `into`: nothing leads to them yet. */
export function pasteNodes(document: WorkflowDocument, clip: Clip, pasting: Pasting = {}): Edit {
  const found = spotFor(document.nodes, pasting)
  const pasted = freshCopies(document.nodes, clip.nodes as DocNode[])
  const outline = outlineOf(pasted)
  const line = lineOf(outline, null).map(({ id }) => id)
  const beside = outline.nodes.filter(({ id, parent }) => parent === null && !line.includes(id))
  const ids = [...line, ...beside.map(({ id }) => id)]
  if (!found || ids.length === 0) return unchanged(document)
  const inLine = pieceOf(pasted, line)
  const isInLine = new Set(inLine.nodes.map(({ id }) => id))
  const others = pieceOf(
    pasted.filter(({ id }) => !isInLine.has(id)),
    beside.map(({ id }) => id),
  )
  const placed = line.length === 0 ? [...document.nodes] : splice(found[0], inLine, found[1])
  const nodes = placed && splice(placed, others, aloneSpot(outlineOf(placed)))
  return nodes ? withNodes(document, nodes, ids) : unchanged(document)
}

function spotFor(nodes: readonly DocNode[], { after, into }: Pasting): [DocNode[], Spot] | null {
  if (after) return spotIn(nodes, after)
  const outline = outlineOf(nodes)
  if (into === undefined) return [[...nodes], aloneSpot(outline)]
  const holder = outline.byId.get(into)
  return holder && isHolder(holder.type) ? [[...nodes], endSpot(outline, into)] : null
}

/** Also of what somebody wrote by hand: one of each id, and no `parent` that is not among them. */
function freshCopies(nodes: readonly DocNode[], clip: readonly DocNode[]): DocNode[] {
  const once = clip.filter((node, index) => clip.findIndex(({ id }) => id === node.id) === index)
  const names = freshNames(nodes, once)
  const known = new Set(names.values())
  return once.map((node) => {
    const { parent, ...copy } = withNames(node, names)
    return typeof parent === 'string' && known.has(parent) ? { ...copy, parent } : copy
  })
}

function pieceOf(nodes: readonly DocNode[], tops: readonly string[]): Piece {
  const outline = outlineOf(nodes)
  const inside = blockOf(outline, tops)
  const last = tops.at(-1)
  return {
    nodes: nodes.filter(({ id }) => inside.has(id)),
    tops: new Set(tops),
    head: tops[0] ?? '',
    exit: ({ id }, { port }, target) => {
      const was = outline.byId.get(id)?.exits.find((exit) => exit.port.name === port.name)?.target
      // The end of the copy is where it goes on, whether that was left out or is said.
      const isOpen = was === END && (port.name === 'next' || port.target === undefined)
      return id === last && isOpen ? target : was
    },
  }
}

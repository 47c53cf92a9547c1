// A new node: in an arrow, as the last step of a container, or by itself.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { freshBody } from './fresh-body.ts'
import { freshId, wordFor } from './fresh-id.ts'
import { type DocNode, isHolder, outlineOf, shapeOf } from './outline.ts'
import { splice } from './splice.ts'
import { aloneSpot, endSpot, type Piece, spotIn, type Spot, type Way } from './spots.ts'

export interface Insertion {
  type: string
  /** The arrow that it is put into. */
  after?: Way | undefined
  /** The container whose last step it becomes. */
  into?: string | undefined
  /** Fields beside those that a new node of the kind has anyway. */
  defaults?: JsonObject | undefined
}

/** Left out both `after` and `into`: nothing leads to it yet. An interrupt stands by itself always. */
export function insertNode(document: WorkflowDocument, insertion: Insertion): Edit {
  const found = spotFor(document.nodes, insertion)
  if (!found) return unchanged(document)
  const [nodes, spot] = found
  const made = madeOf(nodes, insertion)
  const placed = splice(nodes, made, spot)
  return placed ? withNodes(document, placed, [made.head]) : unchanged(document)
}

function spotFor(
  nodes: readonly DocNode[],
  { type, after, into }: Insertion,
): [DocNode[], Spot] | null {
  const outline = outlineOf(nodes)
  if (shapeOf(type) === 'interrupt') return [[...nodes], aloneSpot(outline)]
  if (after) return spotIn(nodes, after)
  if (into === undefined) return [[...nodes], aloneSpot(outline)]
  const holder = outline.byId.get(into)
  return holder && isHolder(holder.type) ? [[...nodes], endSpot(outline, into)] : null
}

function madeOf(nodes: readonly DocNode[], { type, defaults }: Insertion): Piece {
  const id = freshId(nodes, wordFor(type))
  const own = { id, type }
  const node: DocNode = { ...own, ...freshBody(type), ...defaults, ...own }
  // Paths side by side are groups, and one alone would be none.
  const first = freshId(nodes, 'caminho', [id])
  const paths = [first, freshId(nodes, 'caminho', [id, first])]
  const groups = paths.map((path): DocNode => ({ id: path, type: 'group', parent: id }))
  return {
    nodes: shapeOf(type) === 'parallel' ? [node, ...groups] : [node],
    tops: new Set([id]),
    head: id,
    exit: ({ id: from }, { port }, target) => {
      if (from !== id) return undefined
      const isOpen = port.target === undefined || (port.path === '.to' && port.target === '')
      return isOpen ? target : undefined
    },
  }
}

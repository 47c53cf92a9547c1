// Steps taken into a container or out of one. A plain group is only a box: all arrows stay. A loop, a path of a parallel
// and an interrupt are entered by their own beginning alone: what moves across their border is taken out of its arrows,
// and becomes the last step inside, or follows the container outside.

import { doneOf, type ResolvedNode, TRIGGER } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { movable, pieceOf, withoutPiece } from './move-after.ts'
import {
  aroundOf,
  type DocNode,
  entryOf,
  exitOf,
  isHolder,
  isPlain,
  lineOf,
  type Outline,
  outlineOf,
} from './outline.ts'
import { keep, rewire, type Wanted } from './rewire.ts'
import { indexFor, splice, withParent } from './splice.ts'
import { aloneSpot, endSpot, type Piece, type Spot, spotIn } from './spots.ts'
import { pastGone } from './take-out.ts'

/** @param parent null: the workflow itself */
export function moveInto(
  document: WorkflowDocument,
  ids: readonly string[],
  parent: string | null,
): Edit {
  const { nodes } = document
  const outline = outlineOf(nodes)
  const tops = movable(outline, ids).filter((node) => node.parent !== parent)
  const piece = pieceOf(nodes, outline, tops)
  if (!piece || !canHold(outline, parent, piece)) return unchanged(document, ids)
  const isOpen = tops.every((node) => crossed(outline, node, parent).every(isBox))
  function isBox(id: string): boolean {
    const node = outline.byId.get(id)
    return node !== undefined && isPlain(outline, node)
  }
  const moved = isOpen
    ? boxedIn(nodes, outline, { piece, parent })
    : broughtTo(nodes, outline, { piece, parent, tops })
  return moved ? withNodes(document, moved, [...piece.tops]) : unchanged(document, ids)
}

interface Move {
  piece: Piece
  parent: string | null
}

function canHold(outline: Outline, parent: string | null, { nodes }: Piece): boolean {
  if (parent === null) return true
  const type = outline.byId.get(parent)?.type
  return type !== undefined && isHolder(type) && nodes.every(({ id }) => id !== parent)
}

/** Containers whose border lies between: those that it leaves and those that it comes into. */
function crossed(outline: Outline, node: ResolvedNode, parent: string | null): string[] {
  const left = aroundOf(outline, node.id)
  const entered = parent === null ? [] : [parent, ...aroundOf(outline, parent)]
  return [
    ...left.filter((id) => !entered.includes(id)),
    ...entered.filter((id) => !left.includes(id)),
  ]
}

// ── into and out of plain groups ──

function boxedIn(nodes: readonly DocNode[], outline: Outline, move: Move): DocNode[] {
  const { piece, parent } = move
  const block = new Set(piece.nodes.map(({ id }) => id))
  const rest = nodes.filter(({ id }) => !block.has(id))
  const line = lineOf(outlineOf(rest), parent)
  // Neither first nor last, where that is possible: beginning and end of the container stay what they are.
  const isNext = parent !== null && exitOf(outline, parent, 'next')?.target === piece.head
  const behind = (isNext ? undefined : line.at(-2)?.id) ?? line.at(-1)?.id ?? null
  const inside = piece.nodes.map((node) =>
    piece.tops.has(node.id) ? withParent(node, parent) : node,
  )
  const at = indexFor(rest, outlineOf(rest), { parent, behind })
  return rewire(rest.toSpliced(at, 0, ...inside), wantedBoxed(outline, move, isNext))
}

function wantedBoxed(outline: Outline, { piece, parent }: Move, isNext: boolean): Wanted {
  const block = new Set(piece.nodes.map(({ id }) => id))
  const { targets, entries } = entrances(outline, piece, parent)
  const steps = keep(outline, (target, { returns }) =>
    returns ? target : (targets.get(target) ?? target),
  )
  const exit: Wanted['exit'] = (node, { port, ...rest }) => {
    const was = steps.exit(node, { port, ...rest })
    if (!isNext || was === undefined || parent === null) return was
    // What followed the container is its last step now, and what followed that follows the container.
    const onward = pastGone(outline, piece.head, block)
    if (node.id === parent && port.name === 'next') return onward
    if (block.has(node.id)) return was === onward ? doneOf(parent) : was
    return was === doneOf(parent) ? piece.head : was
  }
  return { exit, entry: (place) => entries.get(place) ?? steps.entry(place) }
}

/** By target or place: what leads there from now on, and what begins with what. */
type Swaps = Map<string, string>

/** What began with one of the nodes begins with the box around it now, and the other way round. */
function entrances(outline: Outline, { tops }: Piece, parent: string | null) {
  const targets: Swaps = new Map()
  const entries: Swaps = new Map()
  const around = parent === null ? [] : [parent, ...aroundOf(outline, parent)]
  for (const id of tops) {
    const left = aroundOf(outline, id)
    if (left.every((each) => around.includes(each)))
      enter(outline, id, { around, targets, entries })
    leave(outline, id, { around, targets, entries })
  }
  return { targets, entries }
}

interface Entering {
  /** The container that it comes into, and those around that. */
  around: readonly string[]
  targets: Swaps
  entries: Swaps
}

function enter(outline: Outline, id: string, { around, targets, entries }: Entering): void {
  const level = outline.byId.get(id)?.parent ?? null
  if (entryOf(outline, level ?? TRIGGER) !== id) return
  const entered = around.slice(0, level === null ? around.length : around.indexOf(level))
  // Outermost first: the run, the box, the box in the box, the node.
  const places = [level ?? TRIGGER, ...entered.toReversed()]
  places.forEach((place, index) => entries.set(place, places[index + 1] ?? id))
  for (const box of entered) targets.set(box, leafOf(outline, box))
}

function leave(outline: Outline, id: string, { around, targets, entries }: Entering): void {
  const emptied = aroundOf(outline, id).filter(
    (box) => !around.includes(box) && beginsWith(outline, box, id),
  )
  for (const box of emptied) targets.set(box, id)
  const outermost = outline.byId.get(emptied.at(-1) ?? '')
  const place = outermost?.parent ?? TRIGGER
  if (outermost && entryOf(outline, place) === outermost.id) entries.set(place, id)
}

/** Also where what it begins with is a box of its own. */
function beginsWith(outline: Outline, box: string, id: string): boolean {
  const node = outline.byId.get(box)
  const first = node && isPlain(outline, node) ? node.children[0] : undefined
  return first !== undefined && (first === id || beginsWith(outline, first, id))
}

/** The step that a box begins with, also where that is in a box of its own. */
function leafOf(outline: Outline, id: string): string {
  const node = outline.byId.get(id)
  const first = node && isPlain(outline, node) ? node.children[0] : undefined
  return first === undefined ? id : leafOf(outline, first)
}

// ── across the border of a loop, a path or an interrupt ──

function broughtTo(
  nodes: readonly DocNode[],
  outline: Outline,
  { piece, parent, tops }: Move & { tops: readonly ResolvedNode[] },
): DocNode[] | null {
  const rest = withoutPiece(nodes, piece)
  const inside = outlineOf(rest)
  const beside = besideBorder(rest, aroundOf(outline, tops[0]?.id ?? ''), parent)
  if (beside) return splice(beside[0], piece, beside[1])
  return splice(rest, piece, parent === null ? aloneSpot(inside) : endSpot(inside, parent))
}

/** Behind the container that was left; null where that is not where they go, or nothing can follow it. */
function besideBorder(
  nodes: readonly DocNode[],
  left: readonly string[],
  parent: string | null,
): [DocNode[], Spot] | null {
  const border = parent === null ? left.at(-1) : left[left.indexOf(parent) - 1]
  const found = border === undefined ? null : spotIn(nodes, { nodeId: border, port: 'next' })
  return found?.[1].parent === parent ? found : null
}

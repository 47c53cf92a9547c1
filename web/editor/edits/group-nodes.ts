// A box around steps that stand side by side, and its removal. Whoever led into the first of them is led into the box,
// whatever the last of them led to follows the box.

import { doneOf, type ResolvedNode, TRIGGER } from '#machines/compile/resolve.ts'
import { MAX_NODES, type WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { freshId, wordFor } from './fresh-id.ts'
import { openPorts } from './open-ports.ts'
import {
  blockOf,
  type DocNode,
  entryOf,
  exitOf,
  isHolder,
  isRegion,
  nextOf,
  type Outline,
  outlineOf,
  shapeOf,
  topsOf,
} from './outline.ts'
import { clearPositions } from './positions.ts'
import { keep, rewire, type Wanted } from './rewire.ts'
import { withParent } from './splice.ts'

/** Those of them that stand on the same level as the first. */
export function groupNodes(document: WorkflowDocument, ids: readonly string[]): Edit {
  const outline = outlineOf(document.nodes)
  const tops = groupable(outline, ids)
  const [first] = tops
  if (!first || document.nodes.length >= MAX_NODES) return unchanged(document, ids)
  const id = freshId(document.nodes, wordFor('group'))
  const nodes = boxed(document.nodes, outline, { id, tops })
  return withNodes(document, rewire(nodes, wantedAround(outline, { id, tops })), [id])
}

interface Box {
  id: string
  /** In the document's order. */
  tops: readonly ResolvedNode[]
}

/** Paths of a parallel are groups already, and no box can be put around what only words lead to. */
function groupable(outline: Outline, ids: readonly string[]): ResolvedNode[] {
  const fit = topsOf(outline, ids).filter(
    (node) => !isRegion(outline, node) && shapeOf(node.type) !== 'interrupt',
  )
  return fit.filter(({ parent }) => parent === fit[0]?.parent)
}

function boxed(nodes: readonly DocNode[], outline: Outline, { id, tops }: Box): DocNode[] {
  const inside = blockOf(
    outline,
    tops.map((node) => node.id),
  )
  const isTop = new Set(tops.map((node) => node.id))
  const box = withParent({ id, type: 'group' }, tops[0]?.parent ?? null)
  const target = exitOf(outline, tops.at(-1)?.id ?? '', 'next')?.target
  const block = nodes
    .filter((node) => inside.has(node.id))
    .map((node) => (isTop.has(node.id) ? { ...node, parent: id } : node))
    // What is left out now means the end of the box.
    .map((node) =>
      node.id === tops.at(-1)?.id && node['next'] === target ? withoutNext(node) : node,
    )
  const at = nodes.findIndex((node) => isTop.has(node.id))
  const others = (part: readonly DocNode[]) => part.filter((node) => !inside.has(node.id))
  return [...others(nodes.slice(0, at)), box, ...block, ...others(nodes.slice(at))]
}

function withoutNext({ next: _next, ...node }: DocNode): DocNode {
  return node
}

function wantedAround(outline: Outline, { id, tops }: Box): Wanted {
  const first = tops[0]?.id ?? ''
  const last = tops.at(-1)?.id ?? ''
  const inside = blockOf(
    outline,
    tops.map((node) => node.id),
  )
  const after = exitOf(outline, last, 'next')?.target
  const others = keep(outline, (target, from) => {
    if (target === first && !inside.has(from.id) && !from.returns) return id
    return from.id === last && target === after ? doneOf(id) : target
  })
  return {
    exit: (node, exit) =>
      node.id === id && exit.port.name === 'next' ? after : others.exit(node, exit),
    entry: (place) => (place === id ? first : others.entry(place)),
  }
}

/** A path of a parallel is a group or it is none: it can be neither put into a box nor taken apart. */
export function isPath(document: WorkflowDocument, id: string): boolean {
  const outline = outlineOf(document.nodes)
  const node = outline.byId.get(id)
  return node !== undefined && isRegion(outline, node)
}

/** What it holds stands in its place. Its reactions go with it; the failures that it caught are caught all the same. */
export function ungroup(document: WorkflowDocument, id: string): Edit {
  const outline = outlineOf(document.nodes)
  const box = outline.byId.get(id)
  if (!box || !isHolder(box.type) || isRegion(outline, box)) return unchanged(document)
  const { document: tidy } = clearPositions(document, [id])
  const nodes = opened(document.nodes, box)
  return withNodes(tidy, rewire(nodes, wantedWithout(outline, box)), box.children)
}

function opened(nodes: readonly DocNode[], box: ResolvedNode): DocNode[] {
  const at = nodes.findIndex(({ id }) => id === box.id)
  const catches = nodes[at]?.['onError']
  const isChild = new Set(box.children)
  const children = nodes
    .filter(({ id }) => isChild.has(id))
    .map((node) => caught(withParent(node, box.parent), catches))
  const others = (part: readonly DocNode[]) => part.filter(({ id }) => !isChild.has(id))
  return [...others(nodes.slice(0, at)), ...children, ...others(nodes.slice(at + 1))]
}

function caught(node: DocNode, catches: unknown): DocNode {
  if (catches === undefined || node['onError'] !== undefined) return node
  const canFail = openPorts(node).some(({ path }) => path === '.onError')
  return canFail ? { ...node, onError: catches } : node
}

function wantedWithout(outline: Outline, box: ResolvedNode): Wanted {
  const after = nextOf(outline, box) ?? doneOf(box.parent ?? TRIGGER)
  const inner = entryOf(outline, box.id)
  const first = inner === undefined || inner === doneOf(box.id) ? after : inner
  return keep(outline, (target) => {
    if (target === box.id) return first
    return target === doneOf(box.id) ? after : target
  })
}

// Where an exit leads.

import { END, FAILED, TRIGGER } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { withPort } from './open-ports.ts'
import { type DocNode, entryOf, type Outline, outlineOf, shapeOf } from './outline.ts'
import { keysOf, withValueAt } from './paths.ts'
import { keep, rewire, type Wanted } from './rewire.ts'
import type { Way } from './spots.ts'

export interface Connection {
  /** From `$trigger`, or from a container by `inside`: what it begins with. */
  from: Way
  /** `null`: the run ends. `undefined`: left out, which means the next node in the list or that nothing is caught. */
  to: string | null | undefined
}

/** Where another node would be led into a place that only words lead to, the check says so. */
export function connect(document: WorkflowDocument, { from, to }: Connection): Edit {
  const target = to === END ? null : to === FAILED ? undefined : to
  const outline = outlineOf(document.nodes)
  const known = typeof target !== 'string' || outline.byId.get(target)
  const isInterrupt = typeof known === 'object' && shapeOf(known.type) === 'interrupt'
  if (!known || isInterrupt) return unchanged(document, [from.nodeId])
  if (from.nodeId === TRIGGER || from.port.startsWith('inside')) {
    return typeof target === 'string' ? begin(document, from, target) : unchanged(document)
  }
  const node = document.nodes.find(({ id }) => id === from.nodeId)
  const opened = node && withPort(node, from.port)
  if (!node || !opened) return unchanged(document, [from.nodeId])
  // What would be opened only to be left out again stays as it is.
  const isOpening = opened.node !== node
  const written = writtenTo(opened.node, opened.port.path, target)
  const isNothing = isOpening
    ? target === undefined
    : JSON.stringify(written) === JSON.stringify(node)
  if (isNothing) return unchanged(document, [from.nodeId])
  const nodes = document.nodes.map((each) => (each === node ? written : each))
  return withNodes(document, rewire(nodes, keepOthers(outline, from)), [from.nodeId])
}

/** What is left out in a path of a parallel means where the parallel leads: that must not change with it. */
export function keepOthers(outline: Outline, { nodeId, port }: Way): Wanted {
  const { exit, entry } = keep(outline)
  const isThis = (id: string, name: string) => id === nodeId && name === port
  return {
    entry,
    exit: (node, way) => (isThis(node.id, way.port.name) ? undefined : exit(node, way)),
  }
}

/** The first of the list is what the run, or a container, begins with; nothing else changes by that. */
function begin(document: WorkflowDocument, { nodeId }: Way, first: string): Edit {
  const outline = outlineOf(document.nodes)
  const level = outline.byId.get(first)?.parent ?? TRIGGER
  if (level !== nodeId || entryOf(outline, nodeId) === first) return unchanged(document, [nodeId])
  const { exit, entry } = keep(outline)
  const wanted = { exit, entry: (place: string) => (place === nodeId ? first : entry(place)) }
  return withNodes(document, rewire(document.nodes, wanted), [nodeId])
}

/** A case, a reaction and a jump must say where they lead: there nothing can be left out. */
function writtenTo(node: DocNode, path: string, target: string | null | undefined): DocNode {
  const isNeeded = /^\.(cases|on)\b/u.test(path)
  const value = path === '.to' ? (target ?? '') : isNeeded ? (target ?? null) : target
  return withValueAt(node, keysOf(path), value) as DocNode
}

// Places that nodes can be put into: an arrow, the end of a container, beside everything.

import { doneOf, END, type Exit, type ResolvedNode, TRIGGER } from '#machines/compile/resolve.ts'
import { RETURN } from '#machines/nodes/interrupt.ts'
import { withPort } from './open-ports.ts'
import {
  type DocNode,
  entryOf,
  exitOf,
  isRegion,
  lineOf,
  type Outline,
  outlineOf,
  shapeOf,
} from './outline.ts'
import type { From } from './rewire.ts'

/** An arrow. From `$trigger`, by any port: what the run begins with; by `inside`: what a container begins with. */
export interface Way {
  nodeId: string
  port: string
}

/** Where nodes can be put. */
export interface Spot {
  parent: string | null
  /** The sibling that they come after in the list; null: before all others. */
  behind: string | null
  /** Where they lead. */
  target: string
  /** What leads to them from now on. */
  leads: (target: string, from: Pick<From, 'id' | 'port'>) => boolean
}

/** Nodes to be put somewhere. */
export interface Piece {
  nodes: readonly DocNode[]
  /** Those that are not inside others of them. */
  tops: ReadonlySet<string>
  /** What is led to. */
  head: string
  /** Where its own exits lead; undefined: wherever they lead by themselves. */
  exit: (node: ResolvedNode, exit: Exit, target: string) => string | undefined
}

/** The nodes with that way out, should it not be there yet, and the place in it; null where there is none. */
export function spotIn(nodes: readonly DocNode[], way: Way): [DocNode[], Spot] | null {
  const outline = outlineOf(nodes)
  const known = outline.byId.has(way.nodeId) || way.nodeId === TRIGGER
  if (!known) return null
  if (isEntry(outline, way)) return [[...nodes], entrySpot(outline, way)]
  const node = nodes.find(({ id }) => id === way.nodeId)
  const opened = node && withPort(node, way.port)
  if (!opened) return null
  const ready = nodes.map((each) => (each === node ? opened.node : each))
  const spot = exitSpot(outlineOf(ready), way)
  return spot && [ready, spot]
}

function isEntry({ byId }: Outline, { nodeId, port }: Way): boolean {
  return nodeId === TRIGGER || (port.startsWith('inside') && byId.has(nodeId))
}

function entrySpot(outline: Outline, { nodeId, port }: Way): Spot {
  const children = outline.byId.get(nodeId)?.children ?? []
  const isParallel = shapeOf(outline.byId.get(nodeId)?.type ?? '') === 'parallel'
  const region = isParallel ? children[Number(port.split(':')[1] ?? 0)] : undefined
  if (region !== undefined) return entrySpot(outline, { nodeId: region, port: 'inside' })
  return {
    parent: nodeId === TRIGGER ? null : nodeId,
    behind: null,
    target: entryOf(outline, nodeId) ?? END,
    leads: (_, from) => from.id === nodeId && from.port === 'inside',
  }
}

function exitSpot(outline: Outline, { nodeId, port }: Way): Spot | null {
  const node = outline.byId.get(nodeId)
  const exit = exitOf(outline, nodeId, port)
  if (!node || !exit) return null
  // The way back from an interrupt is the end of what it holds.
  if (exit.target === RETURN) return endSpot(outline, nodeId)
  const around = node.parent
  const region = around !== null && isRegion(outline, node)
  if (region && port === 'next') return exitSpot(outline, { nodeId: around, port })
  const level = region ? (outline.byId.get(around)?.parent ?? null) : around
  return {
    parent: level,
    behind: region ? around : nodeId,
    target: exit.target,
    leads: (_, from) => from.id === nodeId && from.port === port,
  }
}

/** After everything in a container: what ended there leads on. */
export function endSpot(outline: Outline, container: string): Spot {
  const done = doneOf(container)
  const behind = lineOf(outline, container).at(-1)?.id ?? null
  return { parent: container, behind, target: done, leads: (target) => target === done }
}

/** Beside everything: nothing leads there. */
export function aloneSpot(outline: Outline): Spot {
  const behind = lineOf(outline, null).at(-1)?.id ?? null
  return { parent: null, behind, target: END, leads: () => false }
}

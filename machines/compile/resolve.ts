// Phase 2: nodes find their containers, and every way out gets its real target. Left out: the next node beside it.

import { RETURN } from '../nodes/interrupt.ts'
import type { Lowering, NodeBase, NodeKind, Port } from '../nodes/node-kind.ts'
import type { ParsedDocument, ParsedNode } from './parse.ts'

/** Where the run is over. */
export const END = '$end'
export const FAILED = '$failed'
/** The entry of the drawn chart. */
export const TRIGGER = '$trigger'

/** Where a container's last node leads: the container is done. `:` cannot be part of a node id. */
export function doneOf(containerId: string): string {
  return `done:${containerId}`
}

/** The container that a target finishes, or null. */
export function containerDoneBy(target: string): string | null {
  return target.startsWith('done:') ? target.slice('done:'.length) : null
}

export interface Exit {
  port: Port
  /** A node id, END or `doneOf` a container. */
  target: string
  /** False when the document names a node that it lacks. */
  exists: boolean
}

export interface ResolvedNode extends ParsedNode {
  /** The container that holds it; null at the root. */
  parent: string | null
  /** Nodes that it holds, in order. */
  children: string[]
  exits: Exit[]
  /** Where a failure goes that the node does not catch: the nearest container that does, else FAILED. */
  failsTo: string
}

/** A node of a document without errors. */
export interface CompleteNode extends ResolvedNode {
  kind: NodeKind
}

export function isComplete(node: ResolvedNode): node is CompleteNode {
  return node.kind !== undefined
}

type Read = Pick<ParsedNode, 'kind' | 'node'>

interface Facts {
  kind: NodeKind | undefined
  shape: Lowering['shape'] | undefined
  ports: Port[]
}

/** Drafts come again with every letter, and most of their nodes are the same objects. */
const known = new WeakMap<NodeBase, Facts>()

function factsOf({ kind, node }: Read): Facts {
  const before = known.get(node)
  // The same body may be read by a stricter kind and by a more forgiving one.
  if (before && before.kind === kind) return before
  const facts = { kind, shape: kind?.lower(node).shape, ports: portsOf({ kind, node }) }
  known.set(node, facts)
  return facts
}

/** What a node is lowered to; undefined where nobody can say. */
export const shapeOf = (read: Read): Lowering['shape'] | undefined => factsOf(read).shape

/** True for kinds that hold other nodes. */
export function isContainer(read: Read): boolean {
  const shape = shapeOf(read)
  return shape === 'group' || shape === 'parallel' || shape === 'loop' || shape === 'interrupt'
}

/** True for nodes that no path leads to: words or an event do. */
export function isInterrupt(read: Read): boolean {
  return shapeOf(read) === 'interrupt'
}

/** Resolves all nodes, also those whose kind is unknown (by their `next`, `onError` and `parent`). */
export function resolveExits(parsed: ParsedDocument): ResolvedNode[] {
  const byId = new Map(parsed.nodes.map((node) => [node.id, node]))
  const parents = new Map(parsed.nodes.map((node) => [node.id, parentOf(node, byId)]))
  const siblings = Map.groupBy(parsed.nodes, (node) => parents.get(node.id) ?? null)
  const inLine = Map.groupBy(
    parsed.nodes.filter((node) => !isInterrupt(node)),
    (node) => parents.get(node.id) ?? null,
  )
  const place = new Map(
    [...inLine.values()].flatMap((list) => list.map((node, index) => [node, { list, index }])),
  )
  /** What follows the parallel whose region a node is; a region has no next beside it. */
  const joinOf = (parent: string | null): string | null => {
    const around = byId.get(parent ?? '')
    if (!around || shapeOf(around) !== 'parallel') return null
    if (around.node.next !== undefined) return around.node.next ?? END
    const { list = [], index = 0 } = place.get(around) ?? {}
    const outer = parents.get(around.id) ?? null
    return list[index + 1]?.id ?? (outer === null ? END : doneOf(outer))
  }
  return parsed.nodes.map((node) => {
    const parent = parents.get(node.id) ?? null
    const { list = [], index = 0 } = place.get(node) ?? {}
    const following = list[index + 1]?.id ?? (parent === null ? END : doneOf(parent))
    const exits = factsOf(node).ports.map((port) => {
      const left = port.name === 'next' ? following : (joinOf(parent) ?? following)
      const target = port.target === undefined ? left : (port.target ?? END)
      const isWritten = typeof port.target === 'string' && target !== RETURN
      const exists = byId.has(target) || (!isWritten && isPlace(target, node))
      return { port, target, exists }
    })
    const children = (siblings.get(node.id) ?? []).map((child) => child.id)
    return { ...node, parent, children, exits, failsTo: catcherOf(parent, byId, parents) }
  })
}

/** Places without a node: written as nothing or as `null`, never by name. */
function isPlace(target: string, node: ParsedNode): boolean {
  if (target === RETURN) return isInterrupt(node)
  return target === END || containerDoneBy(target) !== null
}

/** A parent that is no container, or that a node would reach itself by, is reported by the checks and not followed. */
function parentOf(node: ParsedNode, byId: ReadonlyMap<string, ParsedNode>): string | null {
  const named = node.node.parent
  const parent = named === undefined ? undefined : byId.get(named)
  if (!parent || !isContainer(parent)) return null
  const seen = new Set<string>()
  for (let up: ParsedNode | undefined = parent; up; up = byId.get(up.node.parent ?? '')) {
    if (up.id === node.id) return null
    if (seen.has(up.id)) break
    seen.add(up.id)
  }
  return parent.id
}

function catcherOf(
  parent: string | null,
  byId: ReadonlyMap<string, ParsedNode>,
  parents: ReadonlyMap<string, string | null>,
): string {
  for (let id = parent; id !== null; id = parents.get(id) ?? null) {
    const caught = byId.get(id)?.node.onError
    if (caught !== undefined) return caught ?? END
  }
  return FAILED
}

function portsOf({ kind, node }: Read): Port[] {
  if (kind) return kind.ports(node)
  const ports: Port[] = [
    { name: 'next', label: null, target: textOrNull(node.next), path: '.next' },
  ]
  if (typeof node.onError === 'string') {
    ports.push({ name: 'error', label: null, target: node.onError, path: '.onError' })
  }
  return ports
}

function textOrNull(value: unknown): string | null | undefined {
  return typeof value === 'string' || value === null ? value : undefined
}

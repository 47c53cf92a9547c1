// Phase 2: every way out of every node gets its real target. Left out: the next node in the list.

import type { NodeKind, Port } from '../nodes/node-kind.ts'
import type { ParsedDocument, ParsedNode } from './parse.ts'

/** Where the run is over. */
export const END = '$end'
export const FAILED = '$failed'
/** The entry of the drawn chart. */
export const TRIGGER = '$trigger'

export interface Exit {
  port: Port
  /** A node id or END. */
  target: string
  /** False when the document names a node that it lacks. */
  exists: boolean
}

export interface ResolvedNode extends ParsedNode {
  exits: Exit[]
}

/** A node of a document without errors. */
export interface CompleteNode extends ResolvedNode {
  kind: NodeKind
}

export function isComplete(node: ResolvedNode): node is CompleteNode {
  return node.kind !== undefined
}

/** Resolves the exits of all nodes, also of nodes whose kind is unknown (by their `next` and `onError`). */
export function resolveExits(parsed: ParsedDocument): ResolvedNode[] {
  const ids = new Set(parsed.nodes.map((node) => node.id))
  return parsed.nodes.map((node, index) => {
    const following = parsed.nodes[index + 1]?.id ?? END
    const exits = portsOf(node).map((port) => {
      const target = port.target === undefined ? following : (port.target ?? END)
      return { port, target, exists: target === END || ids.has(target) }
    })
    return { ...node, exits }
  })
}

function portsOf({ kind, node }: ParsedNode): Port[] {
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

// Ways out that a node does not have yet and could: after a failure, after its time, for the rest of the cases.

import type { Port } from '#machines/nodes/node-kind.ts'
import { type DocNode, portsIn } from './outline.ts'
import { keysOf, valueAt, withValueAt } from './paths.ts'

/** Fields that make a port where the kind knows them, and what they are of no use without. */
const FIELDS: readonly { path: string; needs?: readonly [path: string, value: string] }[] = [
  { path: '.onError' },
  { path: '.invalidNext' },
  { path: '.timeoutNext', needs: ['.timeout', 'P1D'] },
  { path: '.fallback' },
  { path: '.person' },
  { path: '.cases.default' },
]

interface OpenPort extends Port {
  /** The node with that way out, which ends the run for now. */
  node: DocNode
}

/** In the order in which people think of them; none that the node has already. */
export function openPorts(node: DocNode): OpenPort[] {
  const there = portsIn(node)
  const open = FIELDS.flatMap(({ path, needs }) => {
    if (there.some((port) => port.path === path)) return []
    const ready = needs === undefined ? node : withDefault(node, needs)
    const opened = withValueAt(ready, keysOf(path), null) as DocNode
    const port = portsIn(opened).find((each) => each.path === path)
    const isNew = port && !there.some(({ name }) => name === port.name)
    return port && isNew ? [{ ...port, node: opened }] : []
  })
  // Alone, what an answer that does not count leaves by takes every failure, and is called so.
  return open.filter(({ name }, index) => open.findIndex((port) => port.name === name) === index)
}

function withDefault(node: DocNode, [path, value]: readonly [string, string]): DocNode {
  const keys = keysOf(path)
  return valueAt(node, keys) === undefined ? (withValueAt(node, keys, value) as DocNode) : node
}

/** The node with a port of that name, and where it is written; null where it can have none. */
export function withPort(node: DocNode, name: string): { node: DocNode; port: Port } | null {
  const port = portsIn(node).find((each) => each.name === name)
  if (port) return { node, port }
  const open = openPorts(node).find((each) => each.name === name)
  return open ? { node: open.node, port: open } : null
}

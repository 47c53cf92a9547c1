// What names a node: exits, the container around it, expressions that read its result.

import type { ExpressionUse, NodeBase } from '#machines/nodes/node-kind.ts'
import { nodeKindOf } from '#machines/nodes/registry.ts'
import { type Names, renamedIn } from './expression-names.ts'
import { type DocNode, portsIn } from './outline.ts'
import { keysOf, withValueAt } from './paths.ts'

/** The node with new names for all that it names; its own id too. */
export function withNames(node: DocNode, names: Names): DocNode {
  const led = portsIn(node).reduce((made, { path, target }) => {
    const renamed = typeof target === 'string' ? names.get(target) : undefined
    return renamed === undefined ? made : put(made, path, renamed)
  }, node)
  const read = expressionsOf(node).reduce((made, use) => {
    const source = renamedIn(use, names)
    return source === use.source ? made : put(made, use.path, source)
  }, led)
  const { id, parent } = node
  const around = typeof parent === 'string' ? names.get(parent) : undefined
  return { ...read, id: names.get(id) ?? id, ...(around !== undefined && { parent: around }) }
}

function put(node: DocNode, path: string, value: string): DocNode {
  return withValueAt(node, keysOf(path), value) as DocNode
}

/** None of a body that its kind cannot read. */
function expressionsOf(node: DocNode): ExpressionUse[] {
  try {
    return nodeKindOf(node.type)?.expressions(node as unknown as NodeBase) ?? []
  } catch {
    return []
  }
}

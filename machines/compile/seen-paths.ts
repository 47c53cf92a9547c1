// Paths that the expressions of a document read, such as `payload.items` and `c.id`, as far as they are plain names.

import { isPath } from '../expression/path.ts'
import { isTemplate } from '../expression/template.ts'
import type { ExpressionUse, NodeBase } from '../nodes/node-kind.ts'
import type { ResolvedNode } from './resolve.ts'

const MAX_SOURCE = 10_000
const MAX_PATHS = 500

const PLACEHOLDER = /\{[{%]([^{}]*)[%}]\}/gu
const QUOTED = /'[^']*'|"[^"]*"/gu
/** The look behind keeps it from trying anew inside a long word. */
const CHAIN = /(?<![\p{L}\p{N}_.-])[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}_][\p{L}\p{N}_-]*)+/gu

/** Each path once, in the order of the document. */
export function pathsSeen(nodes: readonly ResolvedNode[]): string[] {
  const paths = new Set<string>()
  for (const node of nodes) {
    for (const path of pathsOf(node)) paths.add(path)
    if (paths.size > MAX_PATHS) return [...paths].slice(0, MAX_PATHS)
  }
  return [...paths]
}

/** A draft comes again with most of its nodes the very same; what was read of one is not changed. */
const known = new WeakMap<NodeBase, readonly string[]>()

function pathsOf({ kind, node }: ResolvedNode): readonly string[] {
  if (!kind) return []
  const before = known.get(node)
  if (before) return before
  const paths = kind.expressions(node).flatMap(pathsIn)
  known.set(node, paths)
  return paths
}

function pathsIn({ source, isText }: ExpressionUse): string[] {
  if (source.length > MAX_SOURCE) return []
  if (!isText && isPath(source)) return chainsIn(source.slice(2))
  if (!isTemplate(source)) return []
  return Array.from(source.matchAll(PLACEHOLDER), ([, inner = '']) => inner).flatMap(chainsIn)
}

function chainsIn(text: string): string[] {
  return Array.from(text.replaceAll(QUOTED, ' ').matchAll(CHAIN), ([chain]) => chain)
}

// EXPRESSION_INVALID: a path or a text with placeholders whose syntax is wrong.

import { compilePath, isPath } from '../../expression/path.ts'
import { compileTemplate } from '../../expression/template.ts'
import type { ExpressionUse, NodeBase } from '../../nodes/node-kind.ts'
import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'

interface Mistake {
  /** Inside the node. */
  field: string
  detail: string
}

/** Compiling is dear, and a draft comes again with most of its nodes the very same: what was read is not changed. */
const known = new WeakMap<NodeBase, readonly Mistake[]>()

/** Every expression that cannot be compiled, with the library's own sentence. */
export function wrongExpressions({ flow: { nodes } }: Checked): Finding[] {
  return nodes.flatMap((node) =>
    mistakesIn(node).map(({ field, detail }): Finding => {
      return { code: 'EXPRESSION_INVALID', ...placeOf(node, field), detail }
    }),
  )
}

function mistakesIn({ kind, node }: ResolvedNode): readonly Mistake[] {
  if (!kind) return []
  const before = known.get(node)
  if (before) return before
  const found = kind.expressions(node).flatMap(mistakeOf)
  known.set(node, found)
  return found
}

function mistakeOf({ path, source, isText }: ExpressionUse): Mistake[] {
  try {
    if (!isText && isPath(source)) compilePath(source)
    else compileTemplate(source)
    return []
  } catch (error) {
    return [{ field: path, detail: error instanceof Error ? error.message : String(error) }]
  }
}

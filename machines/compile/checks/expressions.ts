// EXPRESSION_INVALID: a path or a text with placeholders whose syntax is wrong.

import { compilePath, isPath } from '../../expression/path.ts'
import { compileTemplate } from '../../expression/template.ts'
import type { Finding } from '../diagnostics.ts'
import { type Checked, placeOf } from './checked.ts'

/** Every expression that cannot be compiled, with the library's own sentence. */
export function wrongExpressions({ flow: { nodes } }: Checked): Finding[] {
  return nodes.flatMap((node) =>
    (node.kind?.expressions(node.node) ?? []).flatMap(({ path, source, isText }): Finding[] => {
      try {
        if (!isText && isPath(source)) compilePath(source)
        else compileTemplate(source)
        return []
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        return [{ code: 'EXPRESSION_INVALID', ...placeOf(node, path), detail }]
      }
    }),
  )
}

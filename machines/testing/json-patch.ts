// Applies the fixes of diagnostics (RFC 6902: add, replace, remove), as the builder does.

import type { JsonPatchOp } from '../contracts/api.ts'

/** A changed copy of the document; throws where an operation names a place that is not there. */
export function applyPatch(document: unknown, ops: readonly JsonPatchOp[]): unknown {
  const root = { document: structuredClone(document) }
  for (const op of ops) apply(root, op)
  return root.document
}

function apply(root: object, op: JsonPatchOp): void {
  const keys = op.path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop() ?? ''
  let at: unknown = root
  for (const key of ['document', ...keys.slice(1)]) at = memberOf(at, key)
  if (Array.isArray(at)) {
    const index = Number(last)
    if (index > at.length || (op.op !== 'add' && index === at.length)) throw new Error(op.path)
    at.splice(index, op.op === 'add' ? 0 : 1, ...(op.op === 'remove' ? [] : [op.value]))
    return
  }
  const members = at as Record<string, unknown>
  if (op.op !== 'add') memberOf(at, last)
  if (op.op === 'remove') delete members[last]
  else members[last] = op.value
}

function memberOf(at: unknown, key: string): unknown {
  if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) throw new Error(key)
  return (at as Record<string, unknown>)[key]
}

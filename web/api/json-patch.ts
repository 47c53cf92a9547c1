// Applying a fix to a document: JSON patches of RFC 6902 with add, replace and remove. Pure.

import type { JsonPatchOp } from '#machines/contracts/api.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'

type Holder = JsonObject | Json[]

/** The document after all operations, or null when one of them does not fit it. The given one stays as it was. */
export function applyPatch(document: Json, operations: readonly JsonPatchOp[]): Json | null {
  // Also of what is watched for changes, which structuredClone refuses.
  const root = { document: JSON.parse(JSON.stringify(document)) as Json }
  const isDone = operations.every((operation) => apply(root, operation))
  return isDone ? root.document : null
}

function apply(root: { document: Json }, operation: JsonPatchOp): boolean {
  const keys = operation.path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = keys.pop()
  if (last === undefined || operation.path[0] !== '/') return false
  let at: Json | undefined = root.document
  for (const key of keys) at = isHolder(at) ? valueAt(at, key) : undefined
  if (!isHolder(at)) return false
  return Array.isArray(at) ? changeList(at, last, operation) : changeObject(at, last, operation)
}

function isHolder(value: Json | undefined): value is Holder {
  return typeof value === 'object' && value !== null
}

function valueAt(holder: Holder, key: string): Json | undefined {
  return Object.hasOwn(holder, key) ? (holder as JsonObject)[key] : undefined
}

function changeList(list: Json[], key: string, operation: JsonPatchOp): boolean {
  const index = key === '-' ? list.length : Number(/^\d+$/.test(key) ? key : NaN)
  const most = operation.op === 'add' ? list.length : list.length - 1
  if (!(index <= most)) return false
  if (operation.op === 'remove') list.splice(index, 1)
  else list.splice(index, operation.op === 'add' ? 0 : 1, operation.value)
  return true
}

function changeObject(object: JsonObject, key: string, operation: JsonPatchOp): boolean {
  if (key === '__proto__') return false
  if (operation.op !== 'add' && !Object.hasOwn(object, key)) return false
  if (operation.op === 'remove') delete object[key]
  else object[key] = operation.value
  return true
}

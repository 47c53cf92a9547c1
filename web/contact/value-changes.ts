// What changed from one state of a context to the next, value by value, however deep. Pure.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { isJsonObject } from '#machines/contracts/json.ts'
import { clipped } from '../ui/flatten-facts.ts'

export interface ValueChange {
  /** As it is written: `vars.pedido.itens[0]`. */
  path: string
  kind: 'added' | 'changed' | 'removed'
  before?: Json
  after?: Json
}

/** In the order of the newer one, what is gone last. */
export function changesBetween(before: JsonObject, after: JsonObject): ValueChange[] {
  return inObject(before, after, '')
}

function inObject(before: JsonObject, after: JsonObject, path: string): ValueChange[] {
  const now = Object.entries(after).flatMap(([key, value]) =>
    inValue(before[key], value, join(path, key)),
  )
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  return [...now, ...gone.flatMap((key) => inValue(before[key], undefined, join(path, key)))]
}

function inValue(before: Json | undefined, after: Json | undefined, path: string): ValueChange[] {
  if (isJsonObject(before ?? null) && isJsonObject(after ?? null)) {
    return inObject(before as JsonObject, after as JsonObject, path)
  }
  if (Array.isArray(before) && Array.isArray(after)) return inList(before, after, path)
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (before === undefined && after !== undefined) return leaves(after, path, 'added')
  if (after === undefined && before !== undefined) return leaves(before, path, 'removed')
  return [
    {
      path,
      kind: 'changed',
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    },
  ]
}

function inList(before: Json[], after: Json[], path: string): ValueChange[] {
  const length = Math.max(before.length, after.length)
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    inValue(before[index], after[index], `${path}[${index}]`),
  )
}

/** A whole object that came or went is told by its values; an empty one by itself. */
function leaves(value: Json, path: string, kind: 'added' | 'removed'): ValueChange[] {
  const inside = Array.isArray(value)
    ? value.flatMap((item, index) => leaves(item, `${path}[${index}]`, kind))
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([key, item]) => leaves(item, join(path, key), kind))
      : []
  if (inside.length > 0) return inside
  return [kind === 'added' ? { path, kind, after: value } : { path, kind, before: value }]
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** A value on one line. */
export function shown(value: Json | undefined): string {
  if (value === undefined) return ''
  return clipped(typeof value === 'string' ? value : JSON.stringify(value))
}

// Differences between two JSON values, down to the smallest part that differs.

import { canonicalJson } from '../compile/hash.ts'
import { isJsonObject, type Json } from '../contracts/json.ts'
import { pathStep } from '../expression/path.ts'

export interface FieldChange {
  /** JSON path inside the node, e.g. `.buttons[0].title`. */
  path: string
  /** Undefined where it did not exist. */
  before: Json | undefined
  after: Json | undefined
}

/** Every place where two values differ; lists of different lengths differ as a whole. */
export function fieldChanges(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
): FieldChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => fieldChanges(before[key], after[key], path + pathStep(key)))
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => fieldChanges(item, after[index], path + pathStep(index)))
  }
  const isSame =
    before === undefined || after === undefined
      ? before === after
      : canonicalJson(before) === canonicalJson(after)
  return isSame ? [] : [{ path, before, after }]
}

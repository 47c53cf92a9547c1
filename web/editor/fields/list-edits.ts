// What happens to lists and mappings in a form, as new values; the given ones stay as they are.

import type { Json, JsonObject } from '#machines/contracts/json.ts'

export function replacedAt<Item>(list: readonly Item[], index: number, item: Item): Item[] {
  return list.map((each, at) => (at === index ? item : each))
}

export function removedAt<Item>(list: readonly Item[], index: number): Item[] {
  return list.filter((_, at) => at !== index)
}

/** The same list when there is no place to move to. */
export function movedBy<Item>(list: readonly Item[], index: number, by: -1 | 1): readonly Item[] {
  const item = list[index]
  const to = index + by
  if (item === undefined || to < 0 || to >= list.length) return list
  return removedAt(list, index).toSpliced(to, 0, item)
}

/** Without the member when the value is undefined; the order of the others stays. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value }
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}

/** A row of a mapping while it is written: it may have no name yet, or one that another row has. */
export interface MappingRow {
  key: string
  value: Json
}

/** What rows make together; the first of two rows with one name counts, rows without a name do not. */
export function objectOf(rows: readonly MappingRow[]): JsonObject {
  const object: JsonObject = {}
  for (const { key, value } of rows) {
    if (key !== '' && key !== '__proto__' && !Object.hasOwn(object, key)) object[key] = value
  }
  return object
}

/** Rows whose name an earlier one has. */
export function repeatedIn(rows: readonly MappingRow[]): ReadonlySet<number> {
  const seen = new Set<string>()
  const repeated = rows.flatMap(({ key }, index) => {
    if (key === '' || !seen.has(key)) {
      seen.add(key)
      return []
    }
    return [index]
  })
  return new Set(repeated)
}

/** True when the rows say just what the object says: nothing came from elsewhere. */
export function areRowsOf(rows: readonly MappingRow[], object: JsonObject): boolean {
  return JSON.stringify(objectOf(rows)) === JSON.stringify(object)
}

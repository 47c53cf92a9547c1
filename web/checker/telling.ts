// Results on their way to the page: what the page has from the answer before is told by its place there. So little crosses,
// and what stays the same stays the same object, for which nothing is drawn again. Pure.

import { isSameJson } from '../state/same-json.ts'

/** Items, or where the same one stood in the list before. */
export type Told<T> = readonly (number | T)[]

/**
 * In the worker: what changed between two lists.
 * @param keyOf tells which item of before an item of after may be
 */
export function tellList<T extends object>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): Told<T> {
  const places = new Map(before.map((item, place) => [keyOf(item), place]))
  return after.map((item) => {
    const place = places.get(keyOf(item)) ?? -1
    return isSameJson(before[place], item) ? place : item
  })
}

/** On the page: the list again; the one before itself where nothing changed. */
export function hearList<T extends object>(before: readonly T[], told: Told<T>): readonly T[] {
  if (told.length === before.length && told.every((item, place) => item === place)) return before
  return told.flatMap((item) => (typeof item === 'number' ? (before[item] ?? []) : [item]))
}

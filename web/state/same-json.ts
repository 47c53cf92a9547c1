// Whether two JSON values are alike. Pure, and without anything that a worker lacks.

export function isSameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false
  // Lists may be long, and need no names.
  if (Array.isArray(left)) return Array.isArray(right) && isSameList(left, right)
  const [names, others] = [Object.keys(left), Object.keys(right)]
  if (names.length !== others.length || Array.isArray(right)) return false
  return names.every(
    (name) =>
      Object.hasOwn(right, name) &&
      isSameJson((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
  )
}

const isSameList = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length && left.every((item, at) => isSameJson(item, right[at]))

/** The items of `now`, each the very object of `before` where it says the same; `before` itself where all do. */
export function keepSame<Item extends { id: string }>(
  before: readonly Item[],
  now: readonly Item[],
): Item[] {
  const known = new Map(before.map((item) => [item.id, item]))
  const items = now.map((item) => {
    const old = known.get(item.id)
    return old && isSameJson(old, item) ? old : item
  })
  const isSame = items.length === before.length && items.every((item, at) => item === before[at])
  return isSame ? (before as Item[]) : items
}

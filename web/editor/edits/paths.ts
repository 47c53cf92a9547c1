// Places inside a node, written as JSON paths (`.buttons[0].title`): reading and writing them without changing what is
// there.

export type Key = string | number
/** `.text`, `text`, `.cases['a/b']`, or its keys one by one. */
export type FieldPath = string | readonly Key[]

const STEP = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/gu

export function keysOf(path: FieldPath): readonly Key[] {
  if (typeof path !== 'string') return path
  const whole = /^[.[]/.test(path) ? path : `.${path}`
  return Array.from(whole.matchAll(STEP), ([, bare, index, quoted]) =>
    index === undefined ? (bare ?? (quoted ?? '').replaceAll(/\\(.)/gu, '$1')) : Number(index),
  )
}

/** Undefined where there is nothing. */
export function valueAt(holder: unknown, keys: readonly Key[]): unknown {
  return keys.reduce<unknown>(memberOf, holder)
}

/** A copy with another value there; `undefined` takes the field, or the item of a list, away. */
export function withValueAt(holder: unknown, keys: readonly Key[], value: unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  const before = memberOf(holder, key)
  if (value === undefined && before === undefined) return holder
  const made = rest.length === 0 ? value : withValueAt(before, rest, value)
  return typeof key === 'number' ? withItem(holder, key, made) : withMember(holder, key, made)
}

function memberOf(holder: unknown, key: Key): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined
  return (holder as Record<Key, unknown>)[key]
}

function withItem(holder: unknown, index: number, value: unknown): unknown[] {
  const list: unknown[] = Array.isArray(holder) ? holder : []
  if (value === undefined) return list.toSpliced(index, 1)
  // A place far behind the end would leave holes that JSON has no word for.
  return list.toSpliced(Math.min(index, list.length), 1, value)
}

/** A computed key makes a field of any name, `__proto__` too, where an assignment would not. */
function withMember(holder: unknown, key: string, value: unknown): object {
  const isObject = typeof holder === 'object' && holder !== null && !Array.isArray(holder)
  const object = isObject ? (holder as Record<string, unknown>) : {}
  if (value !== undefined) return { ...object, [key]: value }
  const { [key]: _gone, ...others } = object
  return others
}

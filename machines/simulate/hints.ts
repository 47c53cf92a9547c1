// Values worth trying, read off the document's own conditions and cases: by where the value comes from.

import type { WorkflowDocument } from '../contracts/workflow.ts'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import { answersTo } from './answers.ts'

/** Values for one place inside a source. */
interface Hint {
  /** Keys from the source down, e.g. `['intent']`. */
  keys: string[]
  values: Json[]
}

/** Hints by source: `payload`, `contact`, or the node whose result it is. */
export type Hints = ReadonlyMap<string, Hint[]>

const MAX_VARIANTS = 24
const MAX_RENAMES = 5
/** Later than the start of a simulation, and words that are no moment. */
const MOMENTS: Json[] = ['2026-04-01T12:00:00Z', 'x']
/** The way of an experiment is a function of who the contact is. */
const PHONES = Array.from({ length: 8 }, (_, index) => `+55119${String(70000000 + index * 7919)}`)

/** Collects what the document compares with what. */
export function hintsOf({ nodes }: WorkflowDocument): Hints {
  const uses = nodes.flatMap((node) => usesIn(node as Json))
  const renames = new Map(nodes.flatMap((node) => renamesIn(node as Json)))
  const ids = new Set(nodes.map(({ id }) => id))
  const hints = new Map<string, Hint[]>()
  for (const { path, values } of uses) {
    const place = placeOf(path, { renames, ids })
    if (!place) continue
    const known = hints.get(place.source) ?? []
    hints.set(place.source, [...known, { keys: place.keys, values }])
  }
  for (const node of nodes.filter(({ type }) => type === 'ask')) {
    const known = (hints.get(node.id) ?? []).map((hint) => ({ ...hint, keys: ['text'] }))
    hints.set(node.id, [{ keys: ['text'], values: answersTo(node as JsonObject) }, ...known])
  }
  for (const node of nodes.filter(({ person }) => person !== undefined)) {
    const known = hints.get(node.id) ?? []
    hints.set(node.id, [...known, { keys: ['needs_person'], values: [true] }])
  }
  if (nodes.some((node) => Array.isArray(node['variants']))) {
    hints.set('contact', [...(hints.get('contact') ?? []), { keys: ['phone'], values: PHONES }])
  }
  return hints
}

/** The base and what becomes of it with each hinted value: one hint at a time first, then together. */
export function variantsOf(base: Json, hints: readonly Hint[] = []): Json[] {
  const single = hints.flatMap(({ keys, values }) => values.map((value) => put(base, keys, value)))
  let together: Json[] = [base]
  for (const { keys, values } of hints) {
    together = together
      .flatMap((each) => values.map((value) => put(each, keys, value)))
      .slice(0, MAX_VARIANTS)
  }
  const all = [base, ...single, ...together]
  const distinct = new Map(all.map((value) => [JSON.stringify(value), value]))
  return [...distinct.values()].slice(0, MAX_VARIANTS)
}

interface Use {
  path: string
  values: Json[]
}

function usesIn(value: Json): Use[] {
  if (Array.isArray(value)) return value.flatMap(usesIn)
  if (!isJsonObject(value)) return []
  return [...useOf(value), ...Object.values(value).flatMap(usesIn)]
}

function useOf(value: JsonObject): Use[] {
  const { op, to = null, on, cases, items, until } = value
  if (typeof value['value'] === 'string' && typeof op === 'string') {
    return [{ path: value['value'], values: comparedWith(op, to) }]
  }
  if (typeof on === 'string' && isJsonObject(cases ?? null)) {
    const names = Object.keys(cases as JsonObject).filter((name) => name !== 'default')
    if (value['type'] !== 'intent') return [{ path: on, values: [...names, 'x'] }]
    return [
      { path: `${on}.intent`, values: [...names, 'x'] },
      { path: `${on}.confidence`, values: [1] },
    ]
  }
  if (typeof until === 'string') return [{ path: until, values: MOMENTS }]
  return typeof items === 'string' ? [{ path: items, values: [['a', 'b'], []] }] : []
}

function comparedWith(op: string, to: Json): Json[] {
  switch (op) {
    case 'equals':
    case 'notEquals':
    case 'contains':
      return [to, 'x']
    case 'in':
      return [Array.isArray(to) ? (to[0] ?? null) : to, 'x']
    case 'before':
    case 'after':
      return ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z']
    case 'exists':
      return ['x', null]
    case 'matches':
      return ['x', '1', 'sim', '12345678901', 'ana@example.com', '2026-03-10']
    default: {
      const number = Number(to)
      return Number.isFinite(number) ? [number + 1, number, number - 1] : [to]
    }
  }
}

/** Variables and fields that are copies of something else: `vars.total` → `$.espera.total`. */
function renamesIn(node: Json): [string, string][] {
  if (!isJsonObject(node)) return []
  const { as, id, type, buttons } = node
  if (typeof as === 'string' && typeof id === 'string') {
    if (type === 'subflow') return [[`vars.${as}`, `$.${id}`]]
    // What a button keeps is its id, and nobody writes that.
    return type === 'ask' && buttons === undefined ? [[`vars.${as}`, `$.${id}.text`]] : []
  }
  const [root, map] =
    node['type'] === 'set.variable'
      ? ['vars', node['set']]
      : node['type'] === 'contact.upsert'
        ? ['contact', node['map']]
        : ['', null]
  if (!isJsonObject(map ?? null)) return []
  return Object.entries(map as JsonObject).flatMap(([key, source]) =>
    typeof source === 'string' ? [[`${root}.${key}`, source] as [string, string]] : [],
  )
}

function placeOf(
  path: string,
  known: { renames: ReadonlyMap<string, string>; ids: ReadonlySet<string> },
): { source: string; keys: string[] } | null {
  let keys = keysOf(path)
  for (let turn = 0; turn < MAX_RENAMES; turn += 1) {
    if (known.ids.has(keys[0] ?? '')) break
    keys = renamed(keys, known.renames) ?? keys
  }
  const [source, ...rest] = keys
  if (source === undefined) return null
  if (source === 'payload' || source === 'contact' || known.ids.has(source)) {
    return { source, keys: rest }
  }
  return source === 'vars' || source === 'now' ? null : { source: 'contact', keys }
}

/** The same place under the name that it was copied from, or null. */
function renamed(keys: string[], renames: ReadonlyMap<string, string>): string[] | null {
  const [root = '', second = ''] = keys
  if (root === 'payload') return null
  const isWhole = root === 'vars' || root === 'contact'
  const names = isWhole ? [`${root}.${second}`] : [`vars.${root}`, `contact.${root}`]
  const from = names.map((name) => renames.get(name)).find((name) => name !== undefined)
  return from === undefined ? null : [...keysOf(from), ...keys.slice(isWhole ? 2 : 1)]
}

/** `$.a.b`, `{{a.b}}` and `$['a'].b` alike; other queries have no single place. */
function keysOf(path: string): string[] {
  const inner = /^\s*\{\{\s*([^}|]+?)\s*(?:\|[^}]*)?\}\}\s*$/.exec(path)?.[1] ?? path
  return inner
    .replace(/^\$\.?/, '')
    .split(/\.|\['|'\]\.?/)
    .filter((key) => key !== '')
}

function put(value: Json, keys: readonly string[], leaf: Json): Json {
  const [key, ...rest] = keys
  if (key === undefined) return leaf
  const object = isJsonObject(value) ? value : {}
  return { ...object, [key]: put(object[key] ?? null, rest, leaf) }
}

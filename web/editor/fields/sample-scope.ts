// Made-up values for everything that is known at a state, so that a text can be shown as a contact would get it.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { isJsonObject } from '#machines/contracts/json.ts'
import { createScope, type Scope } from '#machines/expression/scope.ts'
import type { Completion } from '../../checker/checking.ts'

const PERSON = {
  name: 'Ana Souza',
  phone: '+5531999990000',
  email: 'ana@exemplo.com.br',
  tags: ['cliente'],
  fields: {},
}
/** What people call things; anything else is shown by its own name. */
const USUAL: Readonly<Record<string, Json>> = {
  total: 199.9,
  valor: 199.9,
  value: 199.9,
  amount: 199.9,
  preco: 199.9,
  price: 199.9,
  quantidade: 2,
  quantity: 2,
  name: 'Ana Souza',
  nome: 'Ana Souza',
  primeiro_nome: 'Ana',
  first_name: 'Ana',
  email: 'ana@exemplo.com.br',
  phone: '+5531999990000',
  phone_e164: '+5531999990000',
  telefone: '+5531999990000',
}
const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|^([^.[\]]+)/gu
const LONGEST_PATH = 12

/** @param moment.now ISO 8601 instant; `zone`: IANA zone of the tenant */
export function sampleScope(
  completions: readonly Completion[],
  moment: { now: string; zone: string },
): Scope {
  const root: JsonObject = {}
  // Shorter paths first: what stands inside an object replaces its stand-in.
  const ordered = completions.toSorted((a, b) => a.path.length - b.path.length)
  for (const completion of ordered) put(root, keysOf(completion.path), sampleOf(completion))
  const { payload, vars, contact, now: _now, zone: _zone, clock: _clock, ...results } = root
  const own = isJsonObject(contact) && isJsonObject(contact['fields']) ? contact['fields'] : {}
  return createScope({
    payload: objectIn(payload),
    vars: objectIn(vars),
    results,
    contact: { ...PERSON, fields: own },
    source: 'site',
    ...moment,
  })
}

/** Names of outputs; what tags look at needs no stand-in. */
const OUTPUT_NAME = /\{\{-?\s*([\p{L}_][\p{L}\p{N}_.-]*)/gu

/** With a stand-in for each name that the text puts out and nothing is known of. */
export function withNamesOf(scope: Scope, source: string): Scope {
  const names = Array.from(source.matchAll(OUTPUT_NAME), ([, name = '']) => keysOf(name))
  const missing = names.filter((keys) => !has(scope, keys))
  if (missing.length === 0) return scope
  const copy = JSON.parse(JSON.stringify(scope)) as JsonObject
  for (const keys of missing) {
    const path = keys.join('.')
    put(copy, keys, sampleOf({ path, type: null }))
  }
  return copy
}

function has(scope: unknown, keys: readonly string[]): boolean {
  const [key, ...rest] = keys
  if (key === undefined) return scope !== undefined && scope !== null
  if (typeof scope !== 'object' || scope === null) return false
  return Object.hasOwn(scope, key) && has((scope as Record<string, unknown>)[key], rest)
}

function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function sampleOf({ path, type }: Pick<Completion, 'path' | 'type'>): Json {
  const name = keysOf(path).at(-1) ?? path
  switch (type) {
    case 'number':
      return 10
    case 'boolean':
      return true
    case 'array':
      return [`‹${name}›`]
    case 'object':
      return {}
    default:
      return USUAL[name] ?? `‹${name.replaceAll('_', ' ')}›`
  }
}

function keysOf(path: string): string[] {
  return Array.from(path.matchAll(STEP), ([, dotted, index, quoted, first]) =>
    String(dotted ?? index ?? quoted ?? first ?? ''),
  ).slice(0, LONGEST_PATH)
}

function put(root: JsonObject, keys: readonly string[], value: Json): void {
  if (keys.includes('__proto__')) return
  let at = root
  for (const key of keys.slice(0, -1)) {
    const inner = at[key]
    const next = isJsonObject(inner) ? inner : {}
    at[key] = next
    at = next
  }
  const last = keys.at(-1)
  if (last === undefined) return
  at[last] = value
}

// Paths such as `$.payload.name`: RFC 9535 JSONPath. Plain member chains skip the query engine.

import { JSONPathEnvironment } from 'json-p3'
import type { Json } from '../contracts/json.ts'
import type { Scope } from './scope.ts'

const MAX_PATH_CHARS = 2000
const MAX_SELECTORS = 8
const MEMBER_CHAIN = /^\$(?:\.[\p{L}_][\p{L}\p{N}_-]*|\[\d{1,6}\]|\['[^'\\]+'\])*$/u
const MEMBER = /\.([\p{L}_][\p{L}\p{N}_-]*)|\[(\d{1,6})\]|\['([^'\\]+)'\]/gu
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_]*$/u
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g

const environment = createEnvironment()

export type Path = (scope: Scope) => Json | undefined

/** True for text that is meant as a path and not as words. */
export function isPath(source: string): boolean {
  return source === '$' || source.startsWith('$.') || source.startsWith('$[')
}

/** One step of a path as JSONPath writes it: `.name`, `['não sei']`, `[0]`. */
export function pathStep(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  if (PLAIN_KEY.test(key)) return `.${key}`
  return `['${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
}

/**
 * Compiles a JSONPath. A query with one match gives its value, with several the list of values,
 * with none `undefined`.
 * @throws {Error} with json-p3's sentence when the syntax is wrong, or when the search could be costly.
 */
export function compilePath(source: string): Path {
  if (source.length > MAX_PATH_CHARS)
    throw new Error(`A path has at most ${MAX_PATH_CHARS} characters`)
  if (MEMBER_CHAIN.test(source)) return compileMemberChain(source)
  refuseCostly(source)
  const query = environment.compile(source)
  return (scope) => {
    const values = query.query(scope as never).values() as Json[]
    return values.length <= 1 ? values[0] : values
  }
}

function compileMemberChain(source: string): Path {
  const keys = [...source.matchAll(MEMBER)].map(([, bare, index, quoted]) =>
    index === undefined ? (bare ?? quoted ?? '') : Number(index),
  )
  return (scope) => {
    let value: unknown = scope
    for (const key of keys) {
      if (typeof value !== 'object' || value === null) return undefined
      // As in JSONPath, lists have indexes only and objects names only: no `length`.
      if (Array.isArray(value) !== (typeof key === 'number')) return undefined
      if (!Object.hasOwn(value, key)) return undefined
      value = (value as Record<string | number, unknown>)[key]
    }
    return value as Json
  }
}

/** Without the functions that run a pattern of the document's author on a text of the contact (ReDoS). */
function createEnvironment(): JSONPathEnvironment {
  const created = new JSONPathEnvironment()
  created.functionRegister.delete('match')
  created.functionRegister.delete('search')
  return created
}

/** Searches inside searches multiply: with 256 KiB of payload one of them could keep a worker busy for hours. */
function refuseCostly(source: string): void {
  const bare = source.replaceAll(QUOTED, '0')
  if (bare.split('..').length > 2) throw new Error('A path may have one ".." only')
  if (bare.split(',').length > MAX_SELECTORS) throw new Error('A path has too many ","')
  let depth = 0
  let filterDepth = 0
  for (const [token] of bare.matchAll(/[[\]?*]|\.\./g)) {
    if (token === '[') depth += 1
    else if (token === ']') depth -= 1
    else if (filterDepth > 0) throw new Error(`A filter may have no ${token} inside`)
    else if (token === '?') filterDepth = depth
    if (depth < filterDepth) filterDepth = 0
  }
}

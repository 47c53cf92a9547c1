// Paths such as `$.payload.name`: RFC 9535 JSONPath. Plain member chains skip the query engine.

import { compile } from 'json-p3'
import type { Json } from '../contracts/json.ts'
import type { Scope } from './scope.ts'

const MEMBER_CHAIN = /^\$(?:\.[\p{L}_][\p{L}\p{N}_-]*|\[\d{1,6}\]|\['[^'\\]+'\])*$/u
const MEMBER = /\.([\p{L}_][\p{L}\p{N}_-]*)|\[(\d{1,6})\]|\['([^'\\]+)'\]/gu

export type Path = (scope: Scope) => Json | undefined

/** True for text that is meant as a path and not as words. */
export function isPath(source: string): boolean {
  return source === '$' || source.startsWith('$.') || source.startsWith('$[')
}

/**
 * Compiles a JSONPath. A query with one match gives its value, with several the list of values,
 * with none `undefined`.
 * @throws {Error} with json-p3's sentence when the syntax is wrong.
 */
export function compilePath(source: string): Path {
  if (MEMBER_CHAIN.test(source)) return compileMemberChain(source)
  const query = compile(source)
  return (scope) => {
    const values = query.query(scope as never).values() as Json[]
    return values.length <= 1 ? values[0] : values
  }
}

/** The first member of a plain chain (`payload` in `$.payload.name`), or null. */
export function rootMemberOf(source: string): string | null {
  const first = source.matchAll(MEMBER).next().value
  return first ? (first[1] ?? first[3] ?? null) : null
}

function compileMemberChain(source: string): Path {
  const keys = [...source.matchAll(MEMBER)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
  return (scope) => {
    let value: unknown = scope
    for (const key of keys) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
      value = (value as Record<string, unknown>)[key]
    }
    return value as Json
  }
}

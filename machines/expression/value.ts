// Values in node bodies: `$.path`, a text with placeholders, or the thing itself; objects and lists go deep.

import type { Json } from '../contracts/json.ts'
import { compilePath, isPath } from './path.ts'
import type { Scope } from './scope.ts'
import { compileTemplate, isTemplate } from './template.ts'

export type Value = (scope: Scope) => Json | undefined

/**
 * Compiles a value of a node body.
 * @throws {Error} when a path or placeholder inside has wrong syntax.
 */
export function compileValue(source: Json): Value {
  if (typeof source === 'string') return compileText(source)
  if (Array.isArray(source)) {
    const items = source.map(compileValue)
    return (scope) => items.map((item) => item(scope) ?? null)
  }
  if (typeof source === 'object' && source !== null) {
    const entries = Object.entries(source).map(
      ([key, value]) => [key, compileValue(value)] as const,
    )
    return (scope) => Object.fromEntries(entries.map(([key, value]) => [key, value(scope) ?? null]))
  }
  return () => source
}

/** Renders any JSON value as the text a person would expect in a message. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function compileText(source: string): Value {
  if (isPath(source)) return compilePath(source)
  if (!isTemplate(source)) return () => source
  const template = compileTemplate(source)
  return (scope) => template.render(scope)
}

// The JSON schema that a node of `ai.extract` names, as a check: closed wherever it does not say otherwise, patterns in
// linear time.

import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { compilePattern } from '#machines/expression/pattern.ts'

/** @throws {Error} for a schema that cannot be read */
export function schemaOfNode(given: JsonObject): { schema: JsonObject; check: z.ZodType<Json> } {
  const schema = closed(given) as JsonObject
  const check = z.fromJSONSchema(withoutPatterns(schema) as never) as z.ZodType<Json>
  return {
    schema,
    check: check.refine((value) => fits(value, schema), { message: 'a pattern does not match' }),
  }
}

/** Objects take what they name and nothing else. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed)
  if (!isJsonObject(schema)) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, item]) => [key, closed(item)]))
  const { type, properties, additionalProperties } = schema
  if (isJsonObject(properties)) return { ...inner, additionalProperties: false }
  return type === 'object' && additionalProperties === undefined
    ? { ...inner, additionalProperties: false }
    : inner
}

/** A tenant's expression could keep the process busy for ever. */
function withoutPatterns(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutPatterns)
  if (!isJsonObject(schema)) return schema
  const kept = Object.entries(schema).filter(
    ([key, item]) =>
      !(key === 'pattern' && typeof item === 'string') && key !== 'patternProperties',
  )
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutPatterns(item)]))
}

function fits(value: Json, schema: Json | undefined): boolean {
  if (!isJsonObject(schema)) return true
  const { pattern, properties, items } = schema
  if (typeof value === 'string' && typeof pattern === 'string') {
    return compilePattern(pattern)(value)
  }
  if (Array.isArray(value)) return value.every((item) => fits(item, items))
  if (!isJsonObject(value) || !isJsonObject(properties)) return true
  return Object.entries(value).every(([key, item]) => fits(item, properties[key]))
}

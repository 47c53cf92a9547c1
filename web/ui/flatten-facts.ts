// Nested JSON as lines of path and value, the way a person scans it.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { isJsonObject } from '#machines/contracts/json.ts'

const MOST_LINES = 60

/** `{ payload: { name: 'Ana' } }` → `[['payload.name', 'Ana']]`; lists of plain values stay on one line, empty objects have none. */
export function flattenFacts(object: JsonObject, prefix = ''): [path: string, value: string][] {
  return Object.entries(object)
    .flatMap(([key, value]) => lines(`${prefix}${key}`, value))
    .slice(0, MOST_LINES)
}

function lines(path: string, value: Json): [string, string][] {
  if (isJsonObject(value)) return flattenFacts(value, `${path}.`)
  return [[path, wordsOf(value)]]
}

function wordsOf(value: Json): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.join(', ')
  return JSON.stringify(value)
}

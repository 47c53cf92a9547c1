// Nested JSON as lines of path and value, the way a person scans it.

import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { isJsonObject } from '#machines/contracts/json.ts'

const MOST_LINES = 60
/** Of one value; who needs all of it reads the event. */
const MOST_SIGNS = 600

/** `{ payload: { name: 'Ana' } }` → `[['payload.name', 'Ana']]`; lists of plain values stay on one line, what is empty has none. */
export function flattenFacts(object: JsonObject, prefix = ''): [path: string, value: string][] {
  return Object.entries(object)
    .flatMap(([key, value]) => lines(`${prefix}${key}`, value))
    .slice(0, MOST_LINES)
}

function lines(path: string, value: Json): [string, string][] {
  if (isJsonObject(value)) return flattenFacts(value, `${path}.`)
  if (Array.isArray(value) && value.length === 0) return []
  return [[path, clipped(wordsOf(value))]]
}

export const clipped = (text: string, most = MOST_SIGNS): string =>
  text.length > most ? `${text.slice(0, most)}…` : text

function wordsOf(value: Json): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object'))
    return value.join(', ')
  return JSON.stringify(value)
}

// JSON as a person writes it into a field. Pure.

import type { Json } from '#machines/contracts/json.ts'

/** The value, or why there is none. */
export function readJson(text: string): { value?: Json; why: string | null } {
  try {
    return { value: JSON.parse(text) as Json, why: null }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}

/** What is no JSON is meant as a text. */
export function readValue(text: string): Json {
  const { value, why } = readJson(text)
  return why === null && value !== undefined ? value : text
}

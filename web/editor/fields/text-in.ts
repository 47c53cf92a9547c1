// A text of a node that may hold anything.

import type { JsonObject } from '#machines/contracts/json.ts'

/** Empty where there is none. */
export function textIn(body: JsonObject, name: string): string {
  const value = body[name]
  return typeof value === 'string' ? value : ''
}

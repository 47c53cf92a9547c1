// Any JSON as a text, as a template writes it. Pure.

import type { Json } from '#machines/contracts/json.ts'

export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

// Plain JSON, the only shape that payloads, contexts and results may have.

import { z } from 'zod'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export const JsonSchema: z.ZodType<Json> = z.json() as z.ZodType<Json>
export const JsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), JsonSchema)

/** True for a JSON object, not for arrays and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

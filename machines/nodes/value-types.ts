// Types of the values that workflows hand to each other.

import { z } from 'zod'
import { isJsonObject, type Json } from '../contracts/json.ts'

const VALUE_TYPES = ['text', 'number', 'boolean', 'list', 'object'] as const
export type ValueType = (typeof VALUE_TYPES)[number]

/** Names of variables, of a subflow's input and of its output. */
export const VariableNameSchema = z.string().regex(/^[\p{L}_][\p{L}\p{N}_]{0,59}$/u)

/** Types by name. */
export const ValueTypesSchema = z
  .record(VariableNameSchema, z.enum(VALUE_TYPES))
  .refine((types) => Object.keys(types).length <= 50, { message: 'at most 50 names' })
export type ValueTypes = Record<string, ValueType>

/** The first name whose value is missing or of another type, or null. */
export function mistypedName(values: Record<string, Json>, types: ValueTypes): string | null {
  const wrong = Object.entries(types).find(([name, type]) => !isOfType(values[name], type))
  return wrong?.[0] ?? null
}

function isOfType(value: Json | undefined, type: ValueType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string'
    case 'list':
      return Array.isArray(value)
    case 'object':
      return isJsonObject(value ?? null)
    default:
      return typeof value === type
  }
}

// Conditions as a form shows them: a group of comparisons of which all or any must hold, possibly the contrary.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

export type Joint = 'all' | 'any'

export type ConditionForm =
  | { type: 'group'; joint: Joint; parts: readonly Json[] }
  | { type: 'not'; part: Json }
  | { type: 'comparison'; value: Json; op: string; to: Json | undefined }
  /** Nothing that a form could show. */
  | { type: 'other' }

/** What a condition is, as far as a form can show it without losing anything. */
export function conditionForm(condition: Json | undefined): ConditionForm {
  if (!isJsonObject(condition)) return { type: 'other' }
  const keys = Object.keys(condition)
  const { all, any, not, value, op, to } = condition
  if (keys.length === 1 && Array.isArray(all)) return { type: 'group', joint: 'all', parts: all }
  if (keys.length === 1 && Array.isArray(any)) return { type: 'group', joint: 'any', parts: any }
  if (keys.length === 1 && not !== undefined) return { type: 'not', part: not }
  const isComparison = keys.every((key) => ['value', 'op', 'to'].includes(key))
  if (!isComparison || typeof op !== 'string') return { type: 'other' }
  return { type: 'comparison', value: value ?? '', op, to }
}

export const NEW_COMPARISON: JsonObject = { value: '', op: 'equals', to: '' }

/** `exists` compares with nothing; any other comparison needs something. */
export function withOperator(comparison: JsonObject, op: string): JsonObject {
  const { to, ...rest } = comparison
  return op === 'exists' ? { ...rest, op } : { ...rest, op, to: to ?? '' }
}

/** The condition with one more comparison beside it. */
export function withAnother(condition: Json): JsonObject {
  const form = conditionForm(condition)
  return form.type === 'group'
    ? { [form.joint]: [...form.parts, NEW_COMPARISON] }
    : { all: [condition, NEW_COMPARISON] }
}

/** A group of one is that one. */
export function withoutPart(joint: Joint, parts: readonly Json[], index: number): Json {
  const rest = parts.filter((_, at) => at !== index)
  return rest.length === 1 ? (rest[0] ?? {}) : { [joint]: rest }
}

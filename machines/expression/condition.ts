// Conditions as a typed comparison tree. Evaluation is total: a value of the wrong type is simply not a match.

import { z } from 'zod'
import { type Json, JsonSchema } from '../contracts/json.ts'
import { isPath } from './path.ts'
import { compilePattern, patternProblem } from './pattern.ts'
import type { Scope } from './scope.ts'
import { isTemplate } from './template.ts'
import { compileValue, type Value } from './value.ts'

export const COMPARISONS = [
  'equals',
  'notEquals',
  'contains',
  'in',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'before',
  'after',
  'matches',
  'exists',
] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { value: Json; op: Comparison; to?: Json | undefined }

const MAX_BRANCHES = 100

export const ConditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(ConditionSchema).max(MAX_BRANCHES) }),
    z.strictObject({ any: z.array(ConditionSchema).max(MAX_BRANCHES) }),
    z.strictObject({ not: ConditionSchema }),
    z
      .strictObject({ value: JsonSchema, op: z.enum(COMPARISONS), to: JsonSchema.optional() })
      .superRefine((comparison, context) => {
        const problem = isFixedPattern(comparison) ? patternProblem(comparison.to) : null
        if (problem) context.addIssue({ code: 'custom', path: ['to'], message: problem })
      }),
  ]),
)

export type Predicate = (scope: Scope) => boolean

/**
 * Compiles a condition.
 * @throws {Error} when a path or placeholder inside has wrong syntax.
 */
export function compileCondition(condition: Condition): Predicate {
  if ('all' in condition) {
    const parts = condition.all.map(compileCondition)
    return (scope) => parts.every((part) => part(scope))
  }
  if ('any' in condition) {
    const parts = condition.any.map(compileCondition)
    return (scope) => parts.some((part) => part(scope))
  }
  if ('not' in condition) {
    const part = compileCondition(condition.not)
    return (scope) => !part(scope)
  }
  if (isFixedPattern(condition)) return matchPattern(condition.value, condition.to)
  return compileComparison(
    condition.op,
    compileValue(condition.value),
    compileValue(condition.to ?? null),
  )
}

/** A pattern that stands in the document, the usual case: compiled once, and wrong ones are refused with it. */
function isFixedPattern<Comparison extends { op: string; to?: Json | undefined }>(
  comparison: Comparison,
): comparison is Comparison & { to: string } {
  const { op, to } = comparison
  return op === 'matches' && typeof to === 'string' && !isPath(to) && !isTemplate(to)
}

function matchPattern(source: Json, to: string): Predicate {
  const value = compileValue(source)
  const matches = compilePattern(to)
  return (scope) => matches(textToMatch(value(scope)))
}

/** Numbers match by their digits; lists and objects have no text. */
function textToMatch(value: Json | undefined): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : null
}

/** One line for people: `$.payload.total greater 100`. */
export function describeCondition(condition: Condition): string {
  if ('all' in condition) return condition.all.map(describeCondition).join(' & ')
  if ('any' in condition) return condition.any.map(describeCondition).join(' | ')
  if ('not' in condition) return `! (${describeCondition(condition.not)})`
  const right = condition.op === 'exists' ? '' : ` ${JSON.stringify(condition.to ?? null)}`
  return `${typeof condition.value === 'string' ? condition.value : JSON.stringify(condition.value)} ${condition.op}${right}`
}

function compileComparison(op: Comparison, left: Value, right: Value): Predicate {
  const compare = COMPARE[op]
  return (scope) => compare(left(scope), right(scope))
}

type Compare = (left: Json | undefined, right: Json | undefined) => boolean

const COMPARE: Record<Comparison, Compare> = {
  equals: (left, right) => sameJson(left ?? null, right ?? null),
  notEquals: (left, right) => !sameJson(left ?? null, right ?? null),
  contains: (left, right) => {
    if (typeof left === 'string') return typeof right === 'string' && left.includes(right)
    return Array.isArray(left) && left.some((item) => sameJson(item, right ?? null))
  },
  in: (left, right) => Array.isArray(right) && right.some((item) => sameJson(item, left ?? null)),
  greater: (left, right) => ordered(left, right, (order) => order > 0),
  greaterOrEqual: (left, right) => ordered(left, right, (order) => order >= 0),
  less: (left, right) => ordered(left, right, (order) => order < 0),
  lessOrEqual: (left, right) => ordered(left, right, (order) => order <= 0),
  before: (left, right) => instants(left, right, (order) => order < 0),
  after: (left, right) => instants(left, right, (order) => order > 0),
  matches: (left, right) =>
    typeof right === 'string' &&
    patternProblem(right) === null &&
    compilePattern(right)(textToMatch(left)),
  exists: (left) => left !== undefined && left !== null && left !== '',
}

function ordered(left: unknown, right: unknown, test: (order: number) => boolean): boolean {
  const [a, b] = [toNumber(left), toNumber(right)]
  if (a !== null && b !== null) return test(a - b)
  if (typeof left !== 'string' || typeof right !== 'string') return false
  return test(left < right ? -1 : left > right ? 1 : 0)
}

function instants(left: unknown, right: unknown, test: (order: number) => boolean): boolean {
  const a = typeof left === 'string' ? Date.parse(left) : NaN
  const b = typeof right === 'string' ? Date.parse(right) : NaN
  return !Number.isNaN(a) && !Number.isNaN(b) && test(a - b)
}

function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

function sameJson(left: Json, right: Json): boolean {
  if (left === right) return true
  if (left === null || right === null) return false
  // A form sends "18" where a workflow says 18; people mean the same.
  if (typeof left !== 'object' && typeof right !== 'object') return String(left) === String(right)
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) => Object.hasOwn(right, key) && sameJson(memberOf(left, key), memberOf(right, key)),
    )
  )
}

function memberOf(value: Json[] | Record<string, Json>, key: string): Json {
  return (value as Record<string, Json>)[key] ?? null
}

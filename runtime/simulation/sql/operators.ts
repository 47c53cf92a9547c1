// Operators of two values: comparisons, arithmetic on numbers, instants and intervals, text, arrays and JSON.

import { booleanOfJson, jsonOperator } from './json.ts'
import type { Compiled, Frame } from './scope.ts'
import { coerce, compareValues, isEqual, NUMBERS } from './values.ts'

const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=', 'is not distinct'])

export function compileBinary(op: string, left: Compiled, right: Compiled): Compiled {
  if (COMPARISONS.has(op)) return compileComparison(op, left, right)
  if (['+', '-', '*', '/', '%'].includes(op)) return compileArithmetic(op, left, right)
  if (op === '||') return compileConcatenation(left, right)
  if (op === '->' || op === '->>' || op === '#>' || op === '#>>')
    return jsonOperator(op, left, right)
  if (['?', '?|', '?&'].includes(op) || (op === '@>' && left.type === 'jsonb'))
    return strict('boolean', left, right, booleanOfJson(op))
  return strict('boolean', left, right, testOf(op))
}

/** Null when either side is. */
function strict(
  type: string,
  left: Compiled,
  right: Compiled,
  act: (left: never, right: never) => unknown,
): Compiled {
  const run = (frame: Frame): unknown => {
    const first = left.run(frame)
    if (first === null) return null
    const second = right.run(frame)
    return second === null ? null : act(first as never, second as never)
  }
  return { type, run }
}

/** Both sides as the type of the one whose type is known. */
export function typeOfPair(left: Compiled, right: Compiled): [Compiled, Compiled] {
  if (left.type === right.type || (NUMBERS.has(left.type) && NUMBERS.has(right.type)))
    return [left, right]
  if (right.type === 'unknown') return [left, cast(right, left.type)]
  return left.type === 'unknown' ? [cast(left, right.type), right] : [left, right]
}

function cast(given: Compiled, type: string): Compiled {
  return { type, run: (frame) => coerce(given.run(frame), type) }
}

export function compileComparison(op: string, first: Compiled, second: Compiled): Compiled {
  const [left, right] = typeOfPair(first, second)
  if (op === 'is not distinct')
    return { type: 'boolean', run: (frame) => isEqual(left.run(frame), right.run(frame)) }
  switch (op) {
    case '=':
      return strict('boolean', left, right, isEqual)
    case '<>':
      return strict('boolean', left, right, (a, b) => !isEqual(a, b))
    case '<':
      return strict('boolean', left, right, (a, b) => compareValues(a, b) < 0)
    case '<=':
      return strict('boolean', left, right, (a, b) => compareValues(a, b) <= 0)
    case '>':
      return strict('boolean', left, right, (a, b) => compareValues(a, b) > 0)
    default:
      return strict('boolean', left, right, (a, b) => compareValues(a, b) >= 0)
  }
}

function compileArithmetic(op: string, first: Compiled, second: Compiled): Compiled {
  const isTime = (type: string): boolean => type === 'timestamptz' || type === 'interval'
  const [left, right] =
    isTime(first.type) || isTime(second.type) ? [first, second] : typeOfPair(first, second)
  const type = typeOfArithmetic(op, left.type, right.type)
  const isWhole = ['smallint', 'int', 'bigint'].includes(type)
  switch (op) {
    case '+':
      return strict(type, left, right, (a: number, b: number) => a + b)
    case '-':
      return strict(type, left, right, (a: number, b: number) => a - b)
    case '*':
      return strict(type, left, right, (a: number, b: number) => a * b)
    case '%':
      return strict(type, left, right, (a: number, b: number) => a % b)
    default:
      return strict(type, left, right, (a: number, b: number) =>
        isWhole ? Math.trunc(a / b) : a / b,
      )
  }
}

const WIDTH = ['unknown', 'smallint', 'int', 'bigint', 'numeric', 'float8']

function typeOfArithmetic(op: string, left: string, right: string): string {
  if (left === 'timestamptz' && right === 'timestamptz') return op === '-' ? 'interval' : left
  if (left === 'timestamptz' || right === 'timestamptz') return 'timestamptz'
  if (left === 'interval' || right === 'interval') return 'interval'
  const wider = WIDTH[Math.max(WIDTH.indexOf(left), WIDTH.indexOf(right))] ?? 'numeric'
  return wider === 'unknown' ? 'int' : wider
}

function compileConcatenation(first: Compiled, second: Compiled): Compiled {
  const [left, right] = typeOfPair(first, second)
  if (left.type === 'jsonb' || right.type === 'jsonb') return jsonOperator('||', left, right)
  if (left.type.endsWith('[]') && right.type.endsWith('[]'))
    return strict(left.type, left, right, (a: unknown[], b: unknown[]) => [...a, ...b])
  if (left.type.endsWith('[]'))
    return strict(left.type, left, right, (a: unknown[], b: unknown) => [...a, b])
  return strict('text', left, right, (a: unknown, b: unknown) => String(a) + String(b))
}

function testOf(op: string): (left: never, right: never) => boolean {
  switch (op) {
    case '~':
      return (text: string, pattern: string) => new RegExp(pattern, 'u').test(text)
    case '!~':
      return (text: string, pattern: string) => !new RegExp(pattern, 'u').test(text)
    case '~*':
      return (text: string, pattern: string) => new RegExp(pattern, 'iu').test(text)
    case 'like':
      return (text: string, pattern: string) => likeTest(pattern, 'su').test(text)
    case 'ilike':
      return (text: string, pattern: string) => likeTest(pattern, 'isu').test(text)
    case '&&':
      return (left: unknown[], right: unknown[]) => left.some((item) => right.includes(item))
    case '@>':
      return (left: unknown[], right: unknown[]) => right.every((item) => left.includes(item))
    case '<@':
      return (left: unknown[], right: unknown[]) => left.every((item) => right.includes(item))
    default:
      throw new Error(`SQL: the operator ${op} is not understood`)
  }
}

function likeTest(pattern: string, flags: string): RegExp {
  const source = pattern
    .replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  return new RegExp(`^${source}$`, flags)
}

// Expressions to functions of the rows under hand, each with its static type.

import { compileCall } from './call.ts'
import type { Expression } from './ast.ts'
import { compileBinary, compileComparison } from './operators.ts'
import { type Compiled, type Frame, resolveColumn, type Scope } from './scope.ts'
import { coerce, compareValues, groupKey, isEqual } from './values.ts'

export function compileExpression(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case 'literal': {
      const { value, type } = expression
      return { type, run: () => value }
    }
    case 'param':
      return compileParam(expression.index, null)
    case 'column':
      return resolveColumn(scope, expression.table, expression.name)
    case 'unary':
      return compileUnary(expression, scope)
    case 'binary':
      return compilePair(expression, scope)
    case 'is':
      return compileIs(expression, scope)
    case 'cast':
      return compileCast(expression.arg, expression.type, scope)
    case 'call':
      return compileCall(expression, scope, compileExpression)
    case 'case':
      return compileCase(expression, scope)
    case 'in':
      return expression.query ? compileInQuery(expression, scope) : compileInList(expression, scope)
    case 'quantified':
      return compileQuantified(expression, scope)
    default:
      return compileNested(expression, scope)
  }
}

function compileNested(
  expression: Extract<
    Expression,
    { kind: 'exists' | 'subquery' | 'row' | 'array' | 'arrayQuery' | 'index' }
  >,
  scope: Scope,
): Compiled {
  switch (expression.kind) {
    case 'exists': {
      const query = scope.compiler.query(expression.query, scope, scope.ctes)
      return { type: 'boolean', run: (frame) => query.exists(frame.execution, frame) }
    }
    case 'subquery': {
      const query = scope.compiler.query(expression.query, scope, scope.ctes)
      const run = (frame: Frame): unknown => query.run(frame.execution, frame)[0]?.[0] ?? null
      return { type: query.columns[0]?.type ?? 'unknown', run }
    }
    case 'row':
      return compileItems(expression.items, 'record', scope)
    case 'array': {
      const items = compileItems(expression.items, '', scope)
      const [first] = expression.items
      const type = first ? compileExpression(first, scope).type : 'text'
      return { ...items, type: `${type === 'unknown' ? 'text' : type}[]` }
    }
    case 'arrayQuery': {
      const query = scope.compiler.query(expression.query, scope, scope.ctes)
      const run = (frame: Frame): unknown => query.run(frame.execution, frame).map((row) => row[0])
      return { type: `${query.columns[0]?.type ?? 'text'}[]`, run }
    }
    case 'index': {
      const [arg, at] = [
        compileExpression(expression.arg, scope),
        compileExpression(expression.at, scope),
      ]
      const run = (frame: Frame): unknown =>
        (arg.run(frame) as unknown[] | null)?.[(at.run(frame) as number) - 1] ?? null
      return { type: arg.type.slice(0, -2), run }
    }
  }
}

function compileItems(items: Expression[], type: string, scope: Scope): Compiled {
  const compiled = items.map((item) => compileExpression(item, scope))
  return { type, run: (frame) => compiled.map((item) => item.run(frame)) }
}

/** A parameter as the type that it is cast to, read once per run of the statement. */
function compileParam(index: number, type: string | null): Compiled {
  if (type === null)
    return { type: 'unknown', run: (frame) => frame.execution.params[index] ?? null }
  const key = {}
  const run = ({ execution }: Frame): unknown => {
    const known = execution.memo.get(key)
    if (known !== undefined) return known
    const value = coerce(execution.params[index], type)
    execution.memo.set(key, value)
    return value
  }
  return { type, run }
}

function compileCast(arg: Expression, type: string, scope: Scope): Compiled {
  if (arg.kind === 'param') return compileParam(arg.index, type)
  const inner = compileExpression(arg, scope)
  if (inner.type === type) return inner
  if (arg.kind === 'literal') {
    const value = coerce(arg.value, type)
    return { type, run: () => value }
  }
  return { type, run: (frame) => coerce(inner.run(frame), type) }
}

function compileUnary(expression: Expression & { kind: 'unary' }, scope: Scope): Compiled {
  const arg = compileExpression(expression.arg, scope)
  if (expression.op === '-') return { type: arg.type, run: (frame) => negative(arg.run(frame)) }
  const run = (frame: Frame): unknown => {
    const value = arg.run(frame)
    return value === null ? null : value !== true
  }
  return { type: 'boolean', run }
}

const negative = (value: unknown): number | null => (value === null ? null : -(value as number))

function compilePair(expression: Expression & { kind: 'binary' }, scope: Scope): Compiled {
  const { op } = expression
  const left = compileExpression(expression.left, scope)
  const right = compileExpression(expression.right, scope)
  return op === 'and' || op === 'or'
    ? compileLogic(op, left, right)
    : compileBinary(op, left, right)
}

/** Three-valued: what is unknown stays so unless the other side decides. */
function compileLogic(op: 'and' | 'or', left: Compiled, right: Compiled): Compiled {
  const decisive = op === 'or'
  const run = (frame: Frame): unknown => {
    const first = left.run(frame)
    if (first === decisive) return decisive
    const second = right.run(frame)
    if (second === decisive) return decisive
    return first === null || second === null ? null : !decisive
  }
  return { type: 'boolean', run }
}

function compileIs(expression: Expression & { kind: 'is' }, scope: Scope): Compiled {
  const arg = compileExpression(expression.arg, scope)
  const { what, not } = expression
  const wanted = what === 'null' ? null : what === 'true'
  return { type: 'boolean', run: (frame) => (arg.run(frame) === wanted) !== not }
}

function compileCase(expression: Expression & { kind: 'case' }, scope: Scope): Compiled {
  const { subject, otherwise } = expression
  const thens = expression.whens.map(({ then }) => compileExpression(then, scope))
  const last = otherwise && compileExpression(otherwise, scope)
  const branches = last ? [...thens, last] : thens
  const type = branches.find((branch) => branch.type !== 'unknown')?.type ?? 'unknown'
  const cast = (branch: Compiled) => (frame: Frame) =>
    branch.type === 'unknown' && type !== 'unknown'
      ? coerce(branch.run(frame), type)
      : branch.run(frame)
  const whens = expression.whens.map(({ when }, index) => ({
    when: subject
      ? compileComparison('=', compileExpression(subject, scope), compileExpression(when, scope))
      : compileExpression(when, scope),
    then: cast(thens[index] as Compiled),
  }))
  const fallback = last ? cast(last) : () => null
  const run = (frame: Frame): unknown => {
    for (const { when, then } of whens) if (when.run(frame) === true) return then(frame)
    return fallback(frame)
  }
  return { type, run }
}

function compileInList(expression: Expression & { kind: 'in' }, scope: Scope): Compiled {
  const left = compileExpression(expression.left, scope)
  const items = (expression.list ?? []).map((item) => {
    const right = compileExpression(item, scope)
    return compileComparison('=', left, right)
  })
  const run = (frame: Frame): unknown => {
    let isUnknown = false
    for (const item of items) {
      const same = item.run(frame)
      if (same === true) return !expression.not
      isUnknown ||= same === null
    }
    return isUnknown ? null : expression.not
  }
  return { type: 'boolean', run }
}

function compileInQuery(expression: Expression & { kind: 'in' }, scope: Scope): Compiled {
  const query = scope.compiler.query(expression.query as never, scope, scope.ctes)
  const left = compileExpression(expression.left, scope)
  const keyOf = (value: unknown): string => groupKey(Array.isArray(value) ? value : [value])
  const memoKey = {}
  const keysOf = (frame: Frame): Set<string> =>
    new Set(query.run(frame.execution, frame).map((row) => groupKey(row)))
  const keys = (frame: Frame): Set<string> => {
    if (query.isCorrelated) return keysOf(frame)
    const known = frame.execution.memo.get(memoKey) as Set<string> | undefined
    if (known) return known
    const found = keysOf(frame)
    frame.execution.memo.set(memoKey, found)
    return found
  }
  const run = (frame: Frame): unknown => {
    const value = left.run(frame)
    return value === null ? null : keys(frame).has(keyOf(value)) !== expression.not
  }
  return { type: 'boolean', run }
}

/** `= any(…)` and `<> all(…)` over a parameter are looked up in a set, made once per run. */
function compileQuantified(
  expression: Expression & { kind: 'quantified' },
  scope: Scope,
): Compiled {
  const { op, all } = expression
  const left = compileExpression(expression.left, scope)
  const right = compileExpression(expression.right, scope)
  const isMember = (op === '=' && !all) || (op === '<>' && all)
  const { right: inner } = expression
  const isParam = inner.kind === 'cast' && inner.arg.kind === 'param'
  if (isMember && isParam) return compileMember(left, right, all)
  const compare = comparisonOf(op)
  const run = (frame: Frame): unknown => {
    const [value, items] = [left.run(frame), right.run(frame) as unknown[] | null]
    if (value === null || items === null) return null
    const results = items.map((item) => (item === null ? null : compare(value, item)))
    if (results.includes(!all)) return !all
    return results.includes(null) ? null : all
  }
  return { type: 'boolean', run }
}

function compileMember(left: Compiled, right: Compiled, isNegated: boolean): Compiled {
  const memoKey = {}
  const run = (frame: Frame): unknown => {
    const value = left.run(frame)
    if (value === null) return null
    const { memo } = frame.execution
    let items = memo.get(memoKey) as Set<unknown> | undefined
    if (!items) {
      items = new Set((right.run(frame) ?? []) as unknown[])
      memo.set(memoKey, items)
    }
    if (items.has(value)) return !isNegated
    return items.has(null) ? null : isNegated
  }
  return { type: 'boolean', run }
}

function comparisonOf(op: string): (left: unknown, right: unknown) => boolean {
  switch (op) {
    case '=':
      return isEqual
    case '<>':
      return (left, right) => !isEqual(left, right)
    case '<':
      return (left, right) => compareValues(left, right) < 0
    case '<=':
      return (left, right) => compareValues(left, right) <= 0
    case '>':
      return (left, right) => compareValues(left, right) > 0
    case '>=':
      return (left, right) => compareValues(left, right) >= 0
    default:
      throw new Error(`SQL: ${op} any/all is not understood`)
  }
}

/** A value for a column of the given type. */
export function compileFor(expression: Expression, type: string, scope: Scope): Compiled {
  if (expression.kind === 'param') return compileParam(expression.index, type)
  const compiled = compileExpression(expression, scope)
  if (compiled.type === type) return compiled
  return { type, run: (frame) => coerce(compiled.run(frame), type) }
}

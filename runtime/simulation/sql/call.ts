// Calls: plain functions of their arguments, and aggregates and windows that the query around them fills in.

import { AGGREGATES } from './aggregates.ts'
import type { CallExpression, Expression } from './ast.ts'
import { FUNCTIONS } from './functions.ts'
import type { Compiled, Frame, Scope } from './scope.ts'
import { coerce, compareValues } from './values.ts'

type Compile = (expression: Expression, scope: Scope) => Compiled

export function compileCall(call: CallExpression, scope: Scope, compile: Compile): Compiled {
  if (call.over) return compileWindow(call, scope, compile)
  if (AGGREGATES[call.name]) return compileAggregate(call, scope, compile)
  if (call.name === 'coalesce') return compileCoalesce(call, scope, compile)
  const found = FUNCTIONS[call.name]
  if (!found) throw new Error(`SQL: no function ${call.name}`)
  const args = call.args.map((arg) => compile(arg, scope))
  const named = Object.entries(call.named).map(
    ([name, arg]) => [name, compile(arg, scope)] as const,
  )
  const type = typeof found.type === 'string' ? found.type : found.type(args.map((arg) => arg.type))
  const namedOf = (frame: Frame): Record<string, unknown> =>
    named.length === 0
      ? NONE
      : Object.fromEntries(named.map(([name, arg]) => [name, arg.run(frame)]))
  const run = (frame: Frame): unknown => {
    const values = args.map((arg) => arg.run(frame))
    return found.run(values, frame.execution, namedOf(frame))
  }
  return { type, run }
}

const NONE = {}

function compileCoalesce(call: CallExpression, scope: Scope, compile: Compile): Compiled {
  const args = call.args.map((arg) => compile(arg, scope))
  const type = args.find((arg) => arg.type !== 'unknown')?.type ?? 'unknown'
  const run = (frame: Frame): unknown => {
    for (const arg of args) {
      const value = arg.run(frame)
      if (value !== null) return arg.type === type ? value : coerce(value, type)
    }
    return null
  }
  return { type, run }
}

function compileAggregate(call: CallExpression, scope: Scope, compile: Compile): Compiled {
  const aggregate = AGGREGATES[call.name]
  if (!aggregate) throw new Error(`SQL: no aggregate ${call.name}`)
  const args = call.args.map((arg) => compile(arg, scope))
  const filter = call.filter && compile(call.filter, scope)
  const order = call.orderBy.map((item) => ({ ...item, by: compile(item.expression, scope) }))
  const slot = scope.aggregates.length
  scope.aggregates.push({
    start: () => [],
    step: (state, frame) => {
      if (filter && filter.run(frame) !== true) return state
      const values = args.map((arg) => arg.run(frame))
      ;(state as Collected[]).push({ values, order: order.map(({ by }) => by.run(frame)) })
      return state
    },
    end: (state) => {
      const rows = call.distinct ? distinctOf(state as Collected[]) : (state as Collected[])
      const inOrder =
        order.length === 0
          ? rows
          : rows.toSorted((left, right) => compareRows(left.order, right.order, order))
      return aggregate.of(inOrder.map(({ values }) => values))
    },
  })
  const type =
    typeof aggregate.type === 'string'
      ? aggregate.type
      : aggregate.type(args.map((arg) => arg.type))
  return { type, run: (frame) => frame.aggregates[slot] }
}

interface Collected {
  values: unknown[]
  order: unknown[]
}

/** PostgreSQL sorts to find what is distinct, and gives it in that order. */
function distinctOf(rows: Collected[]): Collected[] {
  const known = new Map(rows.map((row) => [String(row.values[0]), row]))
  return [...known.values()].toSorted((left, right) =>
    compareNulls(left.values[0], right.values[0]),
  )
}

function compareNulls(left: unknown, right: unknown): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return compareValues(left, right)
}

export interface Ordering {
  descending: boolean
  nullsFirst: boolean
}

/** Orders two rows by what they are sorted by. */
export function compareRows(
  left: readonly unknown[],
  right: readonly unknown[],
  order: readonly Ordering[],
): number {
  for (const [index, { descending, nullsFirst }] of order.entries()) {
    const [first, second] = [left[index], right[index]]
    if (first === second) continue
    if (first === null) return nullsFirst ? -1 : 1
    if (second === null) return nullsFirst ? 1 : -1
    const compared = compareValues(first, second)
    if (compared !== 0) return descending ? -compared : compared
  }
  return 0
}

function compileWindow(call: CallExpression, scope: Scope, compile: Compile): Compiled {
  const over = call.over ?? { partitionBy: [], orderBy: [] }
  const args = call.args.map((arg) => compile(arg, scope))
  const slot = scope.windows.length
  const isRanking = call.name === 'row_number' || call.name === 'rank' || call.name === 'dense_rank'
  const aggregate = AGGREGATES[call.name]
  if (!isRanking && !aggregate) throw new Error(`SQL: no window function ${call.name}`)
  const isOrdered = over.orderBy.length > 0
  scope.windows.push({
    partition: over.partitionBy.map((item) => compile(item, scope)),
    order: over.orderBy.map((item) => ({ ...item, by: compile(item.expression, scope) })),
    values: (frames, isPeer) =>
      aggregate
        ? cumulative(
            frames.map((frame) => args.map((arg) => arg.run(frame))),
            { isOrdered, isPeer, of: aggregate.of },
          )
        : ranks(call.name, frames.length, isPeer),
  })
  const type = aggregate
    ? typeof aggregate.type === 'string'
      ? aggregate.type
      : aggregate.type(args.map((arg) => arg.type))
    : 'bigint'
  return { type, run: (frame) => frame.windows[slot] }
}

/** `isPeer(index)`: the row is equal in order to the one before it. */
function ranks(name: string, count: number, isPeer: (index: number) => boolean): number[] {
  let [rank, dense] = [0, 0]
  return Array.from({ length: count }, (_, index) => {
    if (index === 0 || !isPeer(index)) [rank, dense] = [index + 1, dense + 1]
    if (name === 'row_number') return index + 1
    return name === 'rank' ? rank : dense
  })
}

function cumulative(
  rows: unknown[][],
  how: {
    isOrdered: boolean
    isPeer: (index: number) => boolean
    of: (rows: unknown[][]) => unknown
  },
): unknown[] {
  const endOf = (index: number): number => {
    if (!how.isOrdered) return rows.length
    let end = index + 1
    while (end < rows.length && how.isPeer(end)) end += 1
    return end
  }
  return rows.map((_, index) => how.of(rows.slice(0, endOf(index))))
}

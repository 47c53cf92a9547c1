// One source of rows: a table, a named or nested query, or a function that gives rows.

import type { Row, Table, UniqueIndex, Values } from '../store/types.ts'
import { keyOf } from '../store/table.ts'
import { valuesSeen } from '../store/row.ts'
import { tableNamed } from '../store/database.ts'
import type { FromItem } from './ast.ts'
import { compileExpression } from './expression.ts'
import { FUNCTIONS, SET_FUNCTIONS } from './functions.ts'
import { compileCall } from './call.ts'
import type { Compiled, Execution, Frame, NamedType, Scope } from './scope.ts'

type Take = (values: Values, row: Row | null) => boolean

/** A column that has to equal a value that is known before. */
export interface Equality {
  column: number
  other: Compiled
}

export interface Leaf {
  columns: NamedType[]
  table: Table | null
  /** How its rows are found; `used` are the columns whose equality that way of finding ensures. */
  plan(equalities: Equality[]): { rows: (frame: Frame, take: Take) => boolean; used: number[] }
}

export function compileLeaf(from: Exclude<FromItem, { kind: 'join' }>, scope: Scope): Leaf {
  switch (from.kind) {
    case 'table': {
      const cte = scope.ctes.get(from.name)
      if (cte)
        return listLeaf(
          renamed(cte.columns, from.columns),
          ({ execution }) => (execution.memo.get(cte.key) ?? []) as Values[],
          cte.isChanging !== true,
        )
      return tableLeaf(tableNamed(scope.compiler.tables, from.name))
    }
    case 'query':
      return queryLeaf(from, scope)
    case 'call':
      return callLeaf(from, scope)
  }
}

function renamed(columns: NamedType[], names: string[]): NamedType[] {
  return columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }))
}

function tableLeaf(table: Table): Leaf {
  const columns = table.columns.map(({ name, type }) => ({ name, type }))
  return {
    columns,
    table,
    plan: (equalities) => {
      const index = bestIndex(table, equalities)
      if (index) return { rows: byIndex(index, equalities), used: [...index.columns] }
      if (equalities.length === 0) return { rows: allRows(table), used: [] }
      return byHash(equalities, ({ execution }) => seenRows(table, execution))
    },
  }
}

function bestIndex(table: Table, equalities: Equality[]): UniqueIndex | undefined {
  const known = new Set(equalities.map(({ column }) => column))
  return table.indexes.find(
    ({ columns, isComplete }) => isComplete && columns.every((column) => known.has(column)),
  )
}

function byIndex(index: UniqueIndex, equalities: Equality[]) {
  const parts = index.columns.map(
    (column) => equalities.find((equality) => equality.column === column)?.other as Compiled,
  )
  const places = parts.map((_, place) => place)
  return (frame: Frame, take: Take): boolean => {
    const wanted = parts.map((part) => part.run(frame))
    const key = keyOf(wanted, places)
    const rows = key === null ? undefined : index.rows.get(key)
    if (rows === undefined) return false
    // Other versions of a row may have other keys.
    for (const row of rows) {
      const values = valuesSeen(row, frame.execution)
      if (values !== null && keyOf(values, index.columns) === key && take(values, row)) return true
    }
    return false
  }
}

function allRows(table: Table) {
  return (frame: Frame, take: Take): boolean => {
    for (const row of table.rows.values()) {
      const values = valuesSeen(row, frame.execution)
      if (values !== null && take(values, row)) return true
    }
    return false
  }
}

type Found = readonly (readonly [Values, Row | null])[]

function seenRows(table: Table, execution: Execution): Found {
  const found: (readonly [Values, Row | null])[] = []
  for (const row of table.rows.values()) {
    const values = valuesSeen(row, execution)
    if (values !== null) found.push([values, row])
  }
  return found
}

/** Rows by the values of the columns, sorted into a map once per run of the statement. */
function byHash(equalities: Equality[], all: (frame: Frame) => Found) {
  const columns = equalities.map(({ column }) => column)
  const places = columns.map((_, place) => place)
  const memoKey = {}
  const rows = (frame: Frame, take: Take): boolean => {
    const { memo } = frame.execution
    let known = memo.get(memoKey) as Map<string, Found> | undefined
    if (!known) {
      known = Map.groupBy(all(frame), ([values]) => keyOf(values, columns) ?? '')
      memo.set(memoKey, known)
    }
    if (known.size === 0) return false
    const key = keyOf(
      equalities.map(({ other }) => other.run(frame)),
      places,
    )
    if (key === null) return false
    for (const [values, row] of known.get(key) ?? []) if (take(values, row)) return true
    return false
  }
  return { rows, used: columns }
}

function listLeaf(columns: NamedType[], list: (frame: Frame) => Values[], isOften = true): Leaf {
  return {
    columns,
    table: null,
    plan: (equalities) => {
      if (equalities.length > 0 && isOften)
        return byHash(equalities, (frame) => list(frame).map((values) => [values, null] as const))
      const rows = (frame: Frame, take: Take): boolean => {
        for (const values of list(frame)) if (take(values, null)) return true
        return false
      }
      return { rows, used: [] }
    },
  }
}

function queryLeaf(from: FromItem & { kind: 'query' }, scope: Scope): Leaf {
  const query = scope.compiler.query(from.query, scope, scope.ctes)
  const columns = renamed(query.columns, from.columns)
  if (query.isCorrelated)
    return listLeaf(columns, (frame) => query.run(frame.execution, frame), false)
  const memoKey = {}
  return listLeaf(columns, (frame) => {
    const { memo } = frame.execution
    const known = memo.get(memoKey) as Values[] | undefined
    if (known) return known
    const rows = query.run(frame.execution, frame)
    memo.set(memoKey, rows)
    return rows
  })
}

function callLeaf(from: FromItem & { kind: 'call' }, scope: Scope): Leaf {
  const { call, alias, ordinality } = from
  const found = SET_FUNCTIONS[call.name]
  if (!found && FUNCTIONS[call.name]) {
    const scalar = compileCall(call, scope, compileExpression)
    const column = { name: from.columns[0] ?? alias, type: scalar.type }
    return listLeaf([column], (frame) => [[scalar.run(frame)]], false)
  }
  if (!found) throw new Error(`SQL: no function ${call.name} that gives rows`)
  const args = call.args.map((arg) => compileExpression(arg, scope))
  const isParallel = call.name === 'unnest'
  const types = isParallel
    ? args.map(({ type }) => found.type([type]))
    : [found.type(args.map(({ type }) => type))]
  const columns = [...types, ...(ordinality ? ['bigint'] : [])].map((type, index) => ({
    name: from.columns[index] ?? (index === types.length ? 'ordinality' : alias),
    type,
  }))
  const list = (frame: Frame): Values[] => {
    const values = args.map((arg) => arg.run(frame))
    const lists = isParallel
      ? values.map((value) => found.rows(value))
      : [found.rows(values[0], values[1])]
    const count = Math.max(...lists.map((items) => items.length))
    return Array.from({ length: count }, (_, n) => [
      ...lists.map((items) => items[n] ?? null),
      ...(ordinality ? [n + 1] : []),
    ])
  }
  return listLeaf(columns, list, false)
}

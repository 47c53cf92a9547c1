// Statements that change rows: insert with its conflicts, update and delete, and what comes back.

import type { Row, Table, Values } from '../store/types.ts'
import { tableNamed } from '../store/database.ts'
import { latestValues } from '../store/row.ts'
import { columnIndex } from '../store/table.ts'
import { lockRow, writeRow } from '../store/transaction.ts'
import type { Assignment, Body, Conflict, FromItem, LockMode } from './ast.ts'
import { checkRow, conflictOf } from './constraints.ts'
import { compileExpression, compileFor } from './expression.ts'
import { takeLock } from './locking.ts'
import { compileItems } from './output.ts'
import {
  type Compiled,
  createFrame,
  createScope,
  type Execution,
  type Frame,
  type NamedType,
  type Scope,
} from './scope.ts'
import { compileSources, type Scan } from './source.ts'
import { coerce, DatabaseError, isEqual } from './values.ts'

export interface CompiledWrite {
  columns: NamedType[]
  run: (execution: Execution, parent: Frame | null) => unknown[][]
}

type Insert = Body & { kind: 'insert' }
type Update = Body & { kind: 'update' }
type Delete = Body & { kind: 'delete' }

export function compileWrite(body: Insert | Update | Delete, scope: Scope): CompiledWrite {
  switch (body.kind) {
    case 'insert':
      return compileInsert(body, scope)
    case 'update':
      return compileUpdate(body, scope)
    case 'delete':
      return compileDelete(body, scope)
  }
}

interface Setter {
  column: number
  value: Compiled
}

function compileSetters(set: Assignment[], table: Table, scope: Scope): Setter[] {
  return set.map(({ column: name, value }) => {
    const column = columnIndex(table, name)
    return { column, value: compileFor(value, table.columns[column]?.type ?? 'text', scope) }
  })
}

function addTarget(scope: Scope, table: Table, alias: string): number {
  const slot = scope.sources.length
  const columns = table.columns.map(({ name, type }) => ({ name, type }))
  scope.sources.push({ alias, slot, columns, table })
  return slot
}

function compileInsert(body: Insert, scope: Scope): CompiledWrite {
  const table = tableNamed(scope.compiler.tables, body.table)
  const names = body.columns.length > 0 ? body.columns : table.columns.map(({ name }) => name)
  const columns = names.map((name) => columnIndex(table, name))
  const source = body.source && scope.compiler.query(body.source, scope.parent, scope.ctes)
  addTarget(scope, table, body.alias)
  const returning = compileItems(body.returning, scope)
  const resolve = compileConflict(body.conflict, table, { alias: body.alias, scope })
  const run = (execution: Execution, parent: Frame | null): unknown[][] => {
    const frame = createFrame(scope, execution, parent)
    const given = source ? source.run(execution, parent) : [[]]
    execution.clock = execution.database.now()
    const back: Frame[] = []
    for (const values of given) {
      const full = fullRow(table, { columns, values, types: source?.columns ?? [] }, execution)
      const stored = insertRow(table, full, { execution, resolve, frame })
      if (stored) back.push({ ...frame, slots: [stored] })
    }
    return returning.project(back).map((row) => row.values)
  }
  return { columns: returning.columns, run }
}

function fullRow(
  table: Table,
  given: { columns: number[]; values: readonly unknown[]; types: NamedType[] },
  execution: Execution,
): unknown[] {
  const full: unknown[] = table.columns.map(() => undefined)
  given.columns.forEach((column, at) => {
    const type = table.columns[column]?.type ?? 'text'
    const value = given.values[at]
    full[column] = given.types[at]?.type === type ? value : coerce(value, type)
  })
  table.columns.forEach(({ isIdentity, fallback }, column) => {
    if (full[column] !== undefined) return
    if (isIdentity) full[column] = table.sequence++
    else full[column] = fallback ? fallback(execution) : null
  })
  return full
}

interface Resolve {
  isTarget: (index: { columns: readonly number[] }) => boolean
  /** Null: do nothing. */
  update: ((row: Row, excluded: Values, frame: Frame) => Values | null) | null
}

/** @returns the stored values, or null when nothing was stored */
function insertRow(
  table: Table,
  values: unknown[],
  { execution, resolve, frame }: { execution: Execution; resolve: Resolve | null; frame: Frame },
): Values | null {
  const { transaction } = execution
  checkRow(table, values, execution)
  const conflict = conflictOf(table, values, { transaction, self: null })
  if (conflict) {
    if (!resolve?.isTarget(conflict.index))
      throw new DatabaseError('23505', `duplicate key value violates "${conflict.index.name}"`)
    return resolve.update ? resolve.update(conflict.row, values, frame) : null
  }
  const row: Row = { id: table.nextRow++, table, committed: null, pending: null, locks: null }
  table.rows.set(row.id, row)
  lockRow(transaction, row, 'update')
  writeRow(transaction, row, values)
  return values
}

function compileConflict(
  conflict: Conflict | null,
  table: Table,
  { alias, scope }: { alias: string; scope: Scope },
): Resolve | null {
  if (!conflict) return null
  const wanted = conflict.columns.map((name) => columnIndex(table, name))
  const isTarget = ({ columns }: { columns: readonly number[] }): boolean =>
    wanted.length === 0 ||
    (columns.length === wanted.length && columns.every((column) => wanted.includes(column)))
  if (!conflict.set) return { isTarget, update: null }
  const inner = createScope(scope.compiler, scope.parent, scope.ctes)
  addTarget(inner, table, alias)
  addTarget(inner, table, 'excluded')
  // An unqualified column is the row's own.
  for (const { name } of table.columns) inner.merged.add(name)
  const setters = compileSetters(conflict.set, table, inner)
  const where = conflict.where && compileExpression(conflict.where, inner)
  const update = (row: Row, excluded: Values, { execution, parent }: Frame): Values | null => {
    const { transaction } = execution
    lockRow(transaction, row, 'no key update')
    const before = latestValues(row, transaction)
    if (before === null) throw new Error('the row in conflict is gone')
    if (row.pending?.transaction === transaction && row.pending.command === execution.command)
      throw new DatabaseError('21000', 'ON CONFLICT DO UPDATE cannot affect row a second time')
    const frame = createFrame(inner, execution, parent)
    frame.slots = [before, excluded]
    if (where && where.run(frame) !== true) return null
    return store(row, valuesAfter(before, setters, frame), execution)
  }
  return { isTarget, update }
}

function valuesAfter(before: Values, setters: Setter[], frame: Frame): unknown[] {
  const after = [...before]
  for (const { column, value } of setters) after[column] = value.run(frame)
  return after
}

function store(row: Row, values: unknown[], execution: Execution): Values {
  const { transaction } = execution
  checkRow(row.table, values, execution)
  const conflict = conflictOf(row.table, values, { transaction, self: row })
  if (conflict)
    throw new DatabaseError('23505', `duplicate key value violates "${conflict.index.name}"`)
  writeRow(transaction, row, values)
  return values
}

/** The target comes last, so that what the other sources say finds its rows. */
function compileTargets(
  body: Update | Delete,
  scope: Scope,
): { table: Table; slot: number; scan: Scan } {
  const table = tableNamed(scope.compiler.tables, body.table)
  const target: FromItem = { kind: 'table', name: body.table, alias: body.alias, columns: [] }
  const from: FromItem = body.from
    ? { kind: 'join', how: 'inner', left: body.from, right: target, on: null, using: [] }
    : target
  const scan = compileSources(from, body.where, scope)
  return { table, slot: scope.sources.length - 1, scan }
}

/** Each row once, locked, in the order in which it was found. */
function lockTargets(
  { slot, scan }: { slot: number; scan: Scan },
  scope: Scope,
  around: { execution: Execution; parent: Frame | null; modeOf: (frame: Frame) => LockMode },
): Frame[] {
  const { execution, parent, modeOf } = around
  const frame = createFrame(scope, execution, parent)
  execution.clock = execution.startedAt
  const found = new Map<Row, Frame>()
  scan(frame, () => {
    const row = frame.rows[slot] as Row
    if (!found.has(row))
      found.set(row, { ...frame, slots: [...frame.slots], rows: [...frame.rows] })
    return false
  })
  execution.clock = execution.database.now()
  const own = execution.command
  return [...found.entries()].flatMap(([row, kept]) => {
    const { pending } = row
    // What this very statement has changed already it does not change again.
    if (pending?.transaction === execution.transaction && pending.command === own) return []
    takeLock(execution, row, { mode: modeOf(kept), wait: 'wait' })
    return [kept]
  })
}

function compileUpdate(body: Update, scope: Scope): CompiledWrite {
  const targets = compileTargets(body, scope)
  const { table, slot } = targets
  const setters = compileSetters(body.set, table, scope)
  const returning = compileItems(body.returning, scope)
  const keyColumns = new Set(
    table.indexes.flatMap(({ columns, isComplete, name }) =>
      isComplete && name.endsWith('key') ? columns : [],
    ),
  )
  const keySetters = setters.filter(({ column }) => keyColumns.has(column))
  const run = (execution: Execution, parent: Frame | null): unknown[][] => {
    const modeOf = (frame: Frame): LockMode => {
      const before = frame.slots[slot] as Values
      const isKey = keySetters.some(
        ({ column, value }) => !isEqual(value.run(frame), before[column]),
      )
      return isKey ? 'update' : 'no key update'
    }
    const frames = lockTargets(targets, scope, { execution, parent, modeOf })
    const back = frames.map((frame) => {
      const after = valuesAfter(frame.slots[slot] as Values, setters, frame)
      const stored = store(frame.rows[slot] as Row, after, execution)
      return { ...frame, slots: frame.slots.with(slot, stored) }
    })
    return returning.project(back).map((row) => row.values)
  }
  return { columns: returning.columns, run }
}

function compileDelete(body: Delete, scope: Scope): CompiledWrite {
  const targets = compileTargets(body, scope)
  const returning = compileItems(body.returning, scope)
  const run = (execution: Execution, parent: Frame | null): unknown[][] => {
    const frames = lockTargets(targets, scope, { execution, parent, modeOf: () => 'update' })
    for (const { rows } of frames) writeRow(execution.transaction, rows[targets.slot] as Row, null)
    return returning.project(frames).map((row) => row.values)
  }
  return { columns: returning.columns, run }
}

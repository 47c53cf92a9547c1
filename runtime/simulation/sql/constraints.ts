// What a row has to fulfil: columns that must be there, checks, references, and keys that only one row may have.

import type { Row, Table, Transaction, UniqueIndex, Values } from '../store/types.ts'
import { keyOf } from '../store/table.ts'
import { tableNamed } from '../store/database.ts'
import { latestValues } from '../store/row.ts'
import { Blocked } from '../store/transaction.ts'
import type { Execution } from './scope.ts'
import { DatabaseError } from './values.ts'

/** @throws {DatabaseError} class 23 */
export function checkRow(table: Table, values: Values, execution: Execution): void {
  for (let column = 0; column < table.columns.length; column++) {
    if (values[column] !== null) continue
    const { isRequired, name } = table.columns[column] as Table['columns'][number]
    if (isRequired)
      throw new DatabaseError('23502', `null value in column "${name}" of "${table.name}"`)
  }
  for (const { name, holds } of table.checks)
    if (!holds(values))
      throw new DatabaseError('23514', `row of "${table.name}" violates check ${name}`)
  for (const reference of table.references) {
    const key = keyOf(values, reference.columns)
    if (
      key !== null &&
      !isThere(execution, reference.table, { key, columns: reference.targetColumns })
    )
      throw new DatabaseError(
        '23503',
        `"${table.name}" has no "${reference.table}" with key ${key}`,
      )
  }
}

function isThere(
  { database, transaction }: Execution,
  name: string,
  { key, columns }: { key: string; columns: readonly number[] },
): boolean {
  const target = tableNamed(database.tables, name)
  const index = target.indexes.find(
    (other) =>
      other.columns.length === columns.length &&
      other.columns.every((column, at) => column === columns[at]),
  )
  const rows = index?.rows.get(key) ?? []
  return rows.some((row) => latestValues(row, transaction) !== null)
}

/**
 * The row that already has one of the keys.
 * @throws {Blocked} when that depends on how another transaction ends
 */
export function conflictOf(
  table: Table,
  values: Values,
  { transaction, self }: { transaction: Transaction; self: Row | null },
): { row: Row; index: UniqueIndex } | null {
  for (const index of table.indexes) {
    const key = index.includes(values) ? keyOf(values, index.columns) : null
    if (key === null) continue
    for (const row of index.rows.get(key) ?? [])
      if (row !== self && hasKey(row, { key, index, transaction })) return { row, index }
  }
  return null
}

function hasKey(
  row: Row,
  { key, index, transaction }: { key: string; index: UniqueIndex; transaction: Transaction },
): boolean {
  const isKey = (values: Values | null): boolean =>
    values !== null && index.includes(values) && keyOf(values, index.columns) === key
  const { pending } = row
  if (pending === null || pending.transaction === transaction)
    return isKey(latestValues(row, transaction))
  const [before, after] = [isKey(row.committed?.values ?? null), isKey(pending.values)]
  // Another transaction holds the row: only when it changes nothing about the key is the answer known.
  if (before && after) return true
  if (before || after) throw new Blocked([pending.transaction], row)
  return false
}

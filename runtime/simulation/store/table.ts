// A table in memory: its columns, its rows, and unique indexes that hold every version of them.

import type { Row, Table, Values } from './types.ts'
import { hasVersion } from './row.ts'

export function createTable(name: string): Table {
  return {
    name,
    columns: [],
    indexes: [],
    checks: [],
    references: [],
    rows: new Map(),
    nextRow: 1,
    sequence: 1,
  }
}

export function columnIndex(table: Table, name: string): number {
  const index = table.columns.findIndex((column) => column.name === name)
  if (index < 0) throw new Error(`SQL: ${table.name} has no column ${name}`)
  return index
}

/** The key of a row, or null when one of its parts is null. */
export function keyOf(values: Values, columns: readonly number[]): string | null {
  let key = ''
  for (const column of columns) {
    const value = values[column]
    if (value === null || value === undefined) return null
    key += `${value as string}\u0001`
  }
  return key
}

export function addToIndexes(row: Row, values: Values): void {
  for (const index of row.table.indexes) {
    const key = index.includes(values) ? keyOf(values, index.columns) : null
    if (key === null) continue
    const rows = index.rows.get(key)
    if (rows === undefined) index.rows.set(key, [row])
    else if (!rows.includes(row)) rows.push(row)
  }
}

/** Takes the row out under the keys of these values unless another version of it has them too. */
export function dropFromIndexes(row: Row, values: Values): void {
  for (const index of row.table.indexes) {
    const key = keyOf(values, index.columns)
    const rows = key === null ? undefined : index.rows.get(key)
    if (key === null || rows === undefined) continue
    const isKept = (other: Values): boolean =>
      index.includes(other) && keyOf(other, index.columns) === key
    if (hasVersion(row, isKept)) continue
    const left = rows.filter((other) => other !== row)
    if (left.length > 0) index.rows.set(key, left)
    else index.rows.delete(key)
  }
}

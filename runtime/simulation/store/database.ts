// The tables of one simulated PostgreSQL and its commit counter.

import type { Database, Table } from './types.ts'

export function createDatabase(
  tables: Map<string, Table>,
  world: { now: () => number; random: () => number },
): Database {
  return { tables, commit: 1, waiting: 0, outcomes: new Map(), ...world }
}

/** Takes every row out: compiled statements know the tables, so a new run begins with the same ones. */
export function clearTables(tables: ReadonlyMap<string, Table>): void {
  for (const table of tables.values()) {
    table.rows.clear()
    for (const { rows } of table.indexes) rows.clear()
    table.nextRow = 1
    table.sequence = 1
  }
}

export function tableNamed(tables: ReadonlyMap<string, Table>, name: string): Table {
  const table = tables.get(name)
  if (!table) throw new Error(`SQL: no table ${name}`)
  return table
}

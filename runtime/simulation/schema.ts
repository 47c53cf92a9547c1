// The schema of the simulated database, out of the migrations as they are.

import type { Table } from './store/types.ts'
import { MIGRATIONS } from '#migrations/index.ts'
import type { Schema } from './run-seed.ts'
import { readSchema } from './sql/ddl.ts'
import { createStatements, type Statements } from './sql/statement.ts'

export function loadSchema(): Schema {
  const tables = new Map<string, Table>()
  const rows = MIGRATIONS.flatMap((migration) => textsOf(migration)).flatMap((text) =>
    readSchema(text, tables),
  )
  const statements = createStatements(tables)
  return { tables, statements, rows: rows.filter((text) => isOfNow(text, statements)) }
}

/** What an earlier migration moved from one shape to another finds nothing to move. */
function isOfNow(text: string, statements: Statements): boolean {
  try {
    statements(text)
    return true
  } catch {
    return false
  }
}

/** The texts of a migration; without a connection it can do no more than tell them. */
function textsOf({ class: Migration }: (typeof MIGRATIONS)[number]): string[] {
  const texts: string[] = []
  const migration = Object.create(Migration.prototype as object) as {
    addSql: (text: string) => void
    up: () => void
  }
  migration.addSql = (text) => texts.push(text)
  migration.up()
  return texts
}

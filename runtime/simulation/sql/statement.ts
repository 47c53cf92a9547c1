// A statement of the runtime, compiled once per schema and text, and run in a transaction until it blocks or ends.

import type { Database, Row, Table, Transaction } from '../store/types.ts'
import { Recheck, undoTo } from '../store/transaction.ts'
import { parseStatement } from './parse-query.ts'
import { createCompiler } from './query.ts'
import type { CompiledQuery, Execution } from './scope.ts'
import { toDriver } from './values.ts'

/** Rows as the driver gives them. */
export type ResultRow = Record<string, unknown>

export interface StatementResult {
  rows: ResultRow[]
  /** Rows that it gave or changed. */
  count: number
}

/** What a statement remembers while it waits: it looks at the same commits again when it goes on. */
export interface Attempt {
  params: readonly unknown[]
  startedAt: number
  commit: number
  rechecked: Set<Row>
}

export type Statements = (text: string) => CompiledQuery

/** Compiles each text once. @throws {Error} for SQL that is not understood */
export function createStatements(schema: ReadonlyMap<string, Table>): Statements {
  const known = new Map<string, CompiledQuery>()
  const compiler = createCompiler(schema)
  return (text) => {
    const found = known.get(text)
    if (found) return found
    const compiled = compiler.query(parseStatement(text), null, new Map())
    known.set(text, compiled)
    return compiled
  }
}

export function createAttempt(database: Database, params: readonly unknown[]): Attempt {
  return { params, startedAt: database.now(), commit: database.commit, rechecked: new Set() }
}

/**
 * Runs the statement, from its beginning when it was blocked before.
 * @throws {Blocked} when it has to wait; what it changed is taken back, what it locked stays locked
 * @throws {DatabaseError} for what the database refuses
 */
export function runStatement(
  query: CompiledQuery,
  attempt: Attempt,
  transaction: Transaction,
): StatementResult {
  transaction.command += 1
  const mark = transaction.undo.length
  for (;;) {
    try {
      const values = query.run(executionOf(attempt, transaction), null)
      // What changes rows and asks for none back gives none.
      const rows = query.columns.length === 0 ? [] : values.map((row) => rowOf(row, query))
      return { rows, count: values.length }
    } catch (error) {
      undoTo(transaction, mark)
      if (!(error instanceof Recheck)) throw error
      attempt.rechecked.add(error.row)
    }
  }
}

function executionOf(attempt: Attempt, transaction: Transaction): Execution {
  const { database, command } = transaction
  return { ...attempt, database, transaction, command, memo: new Map(), clock: attempt.startedAt }
}

function rowOf(values: readonly unknown[], { columns }: CompiledQuery): ResultRow {
  const row: ResultRow = {}
  for (let index = 0; index < columns.length; index++) {
    const { name, type } = columns[index] as (typeof columns)[number]
    row[name] = toDriver(values[index], type)
  }
  return row
}

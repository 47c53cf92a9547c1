// Transactions at READ COMMITTED: row locks held to the end, changes undone by statement or altogether.

import type { Database, Pending, Row, Transaction, Values, Version } from './types.ts'
import type { LockMode } from '../sql/ast.ts'
import { DatabaseError } from '../sql/values.ts'
import { addToIndexes, dropFromIndexes } from './table.ts'

/** Thrown inside a statement that has to wait for others; it is run again when one of them has ended. */
export class Blocked extends Error {
  readonly by: readonly Transaction[]
  readonly row: Row

  constructor(by: readonly Transaction[], row: Row) {
    super('blocked')
    this.by = by
    this.row = row
  }
}

/** Thrown inside a statement that met a row which changed since it began: it looks again at that row. */
export class Recheck extends Error {
  readonly row: Row

  constructor(row: Row) {
    super('recheck')
    this.row = row
  }
}

const CONFLICTS: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'key share': ['update'],
  share: ['no key update', 'update'],
  'no key update': ['share', 'no key update', 'update'],
  update: ['key share', 'share', 'no key update', 'update'],
}
const STRENGTH: Readonly<Record<LockMode, number>> = {
  'key share': 0,
  share: 1,
  'no key update': 2,
  update: 3,
}

const FIRST_NUMBER = 700

export function beginTransaction(database: Database, owner: unknown): Transaction {
  const number = FIRST_NUMBER + database.outcomes.size
  database.outcomes.set(number, 'in progress')
  return {
    database,
    number,
    startedAt: database.now(),
    owner,
    command: 0,
    isOpen: true,
    written: new Set(),
    locked: new Set(),
    undo: [],
    notices: [],
    waiters: new Set(),
  }
}

/**
 * Locks a row until the transaction ends.
 * @returns false when somebody holds it and the statement skips such rows
 * @throws {Blocked} when it has to wait
 */
export function lockRow(
  transaction: Transaction,
  row: Row,
  mode: LockMode,
  wait: 'wait' | 'skip' | 'nowait' = 'wait',
): boolean {
  const holders = holdersAgainst(transaction, row, mode)
  if (holders.length > 0) {
    if (wait === 'skip') return false
    if (wait === 'nowait') throw new DatabaseError('55P03', 'could not obtain lock on row')
    throw new Blocked(holders, row)
  }
  const held = row.locks?.get(transaction)
  if (held === undefined || STRENGTH[held] < STRENGTH[mode]) {
    row.locks ??= new Map()
    row.locks.set(transaction, mode)
    transaction.locked.add(row)
  }
  return true
}

function holdersAgainst(transaction: Transaction, row: Row, mode: LockMode): Transaction[] {
  if (row.locks === null) return []
  const holders: Transaction[] = []
  for (const [other, held] of row.locks)
    if (other !== transaction && CONFLICTS[mode].includes(held)) holders.push(other)
  return holders
}

/** Gives a row new values, null to delete it. The row is locked by the transaction, or new. */
export function writeRow(transaction: Transaction, row: Row, values: Values | null): void {
  const before = row.pending
  const pending: Pending = { transaction, command: transaction.command, values, before }
  row.pending = pending
  if (values !== null) addToIndexes(row, values)
  const isFirst = !transaction.written.has(row)
  if (isFirst) transaction.written.add(row)
  transaction.undo.push(() => {
    row.pending = before
    if (isFirst) transaction.written.delete(row)
    if (values !== null) dropFromIndexes(row, values)
    if (before === null && row.committed === null) row.table.rows.delete(row.id)
  })
}

/** Takes back what was changed after the mark. Locks stay, as they do in PostgreSQL. */
export function undoTo(transaction: Transaction, mark: number): void {
  while (transaction.undo.length > mark) transaction.undo.pop()?.()
}

export interface Change {
  table: string
  before: Values | null
  after: Values | null
  row: Row
}

/** Commits and gives what changed, in order. */
export function commitTransaction(transaction: Transaction): Change[] {
  const { database, written } = transaction
  const changes: Change[] = []
  if (written.size > 0) database.commit += 1
  for (const row of written) {
    const { committed, pending } = row
    if (pending === null) continue
    row.pending = null
    changes.push({
      table: row.table.name,
      before: committed?.values ?? null,
      after: pending.values,
      row,
    })
    commitRow(row, pending.values, database)
    if (committed?.values) dropFromIndexes(row, committed.values)
    for (let own = pending.before; own !== null; own = own.before)
      if (own.values !== null) dropFromIndexes(row, own.values)
  }
  endTransaction(transaction, 'committed')
  return changes.filter(({ before, after }) => before !== null || after !== null)
}

function commitRow(row: Row, values: Values | null, database: Database): void {
  const isWatched = database.waiting > 0
  if (values === null && !isWatched) {
    row.committed = null
    row.table.rows.delete(row.id)
    return
  }
  const older: Version | null = isWatched ? row.committed : null
  row.committed = { values, commit: database.commit, older }
}

export function rollBack(transaction: Transaction): void {
  undoTo(transaction, 0)
  endTransaction(transaction, 'aborted')
}

function endTransaction(transaction: Transaction, outcome: 'committed' | 'aborted'): void {
  transaction.isOpen = false
  transaction.database.outcomes.set(transaction.number, outcome)
  for (const row of transaction.locked) {
    row.locks?.delete(transaction)
    if (row.locks?.size === 0) row.locks = null
  }
  const waiters = [...transaction.waiters]
  transaction.waiters.clear()
  for (const tell of waiters) tell()
}

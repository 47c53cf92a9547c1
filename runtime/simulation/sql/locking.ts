// Row locks of a statement: in the order of its rows, waited for or skipped.

import type { Row } from '../store/types.ts'
import { lockRow, Recheck } from '../store/transaction.ts'
import type { Query } from './ast.ts'
import type { Execution, Frame, RowLock, Scope } from './scope.ts'

export function locksOf(query: Query, scope: Scope): RowLock[] {
  return query.locks.flatMap(({ mode, of, wait }) =>
    scope.sources
      .filter(({ alias, table }) => table !== null && (of.length === 0 || of.includes(alias)))
      .map(({ slot }) => ({ slot, mode, wait })),
  )
}

/** Locks in order until there are enough; a row that somebody holds is skipped or waited for. */
export function lockFrames(
  frames: Frame[],
  locks: RowLock[],
  { execution, limit }: { execution: Execution; limit: number },
): Frame[] {
  const locked: Frame[] = []
  for (const frame of frames) {
    if (locked.length >= limit) break
    const isOurs = locks.every(({ slot, mode, wait }) => {
      const row = frame.rows[slot] ?? null
      return row === null || takeLock(execution, row, { mode, wait })
    })
    if (isOurs) locked.push(frame)
  }
  return locked
}

/** @throws {Recheck} when the row changed since the statement began */
export function takeLock(
  execution: Execution,
  row: Row,
  { mode, wait }: Pick<RowLock, 'mode' | 'wait'>,
): boolean {
  if (!lockRow(execution.transaction, row, mode, wait)) return false
  const isNewer = row.committed === null || row.committed.commit > execution.commit
  const isOwn = row.pending !== null
  if (isNewer && !isOwn && !execution.rechecked.has(row)) throw new Recheck(row)
  return true
}

// Leases: a shard changes hands by a higher epoch, and only when its owner gave it back or was silent too long.

import type { Books, Fields, NamedChange, Fail } from './books.ts'

export interface LeaseCheck {
  books: Books
  changes: readonly NamedChange[]
  processName: string
  /** When the transaction began, and now. */
  startedAt: number
  now: number
  fail: Fail
}

export function checkLeases(check: LeaseCheck): void {
  for (const { table, before, after } of check.changes) {
    if (table === 'workers') noteSign(check, before, after)
    if (table === 'shard_leases' && before && after) checkMove(check, before, after)
  }
}

function noteSign(
  { books, processName, now }: LeaseCheck,
  before: Fields | null,
  after: Fields | null,
): void {
  const id = String((after ?? before)?.('id'))
  const known = books.workers.get(processName) ?? new Set<string>()
  books.workers.set(processName, known.add(id))
  const signs = books.expiries.get(id) ?? []
  signs.push({ since: now, until: after ? Number(after('expires_at')) : -Infinity })
  books.expiries.set(id, signs)
}

function checkMove(
  { books, startedAt, now, fail }: LeaseCheck,
  before: Fields,
  after: Fields,
): void {
  const [from, to] = [before('owner'), after('owner')]
  const [old, epoch] = [Number(before('epoch')), Number(after('epoch'))]
  const shard = String(after('shard'))
  if (epoch < old) fail(`I8 the epoch of shard ${shard} went back from ${old} to ${epoch}`)
  if (from === to || to === null) return
  if (epoch <= old) fail(`I8 shard ${shard} changed hands under the same epoch ${old}`)
  if (from !== null && wasAlive(books, String(from), { startedAt, now }))
    fail(`I8 shard ${shard} was taken from ${String(from)}, which was alive`)
}

/** True when its sign of life was good all the while that the taker's transaction lasted. */
function wasAlive(
  books: Books,
  id: string,
  { startedAt, now }: { startedAt: number; now: number },
): boolean {
  const signs = books.expiries.get(id) ?? []
  const before = signs.findLast(({ since }) => since <= startedAt)
  const during = signs.filter(({ since }) => since > startedAt)
  return before !== undefined && [before, ...during].every(({ until }) => until > now)
}

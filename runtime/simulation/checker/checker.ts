// Looks at every commit, every request that reaches the provider and every answer to a webhook, and at the end at all.

import type { Commit, Request } from '../server/types.ts'
import type { Database, Transaction } from '../store/types.ts'
import type { SimulatedTenant } from '../scenario/tenants.ts'
import { type Books, createBooks, type Fail, nameChanges } from './books.ts'
import {
  checkArrival,
  checkClaim,
  checkEffects,
  checkJob,
  checkMessages,
  checkTaken,
} from './check-effects.ts'
import { checkEnd, rowsOf, waitingForPeople, waitingMail } from './check-end.ts'
import { checkLeases } from './check-leases.ts'
import { checkSteps } from './check-steps.ts'
import { checkTimers } from './check-timers.ts'

export interface Checker {
  readonly books: Books
  onCommit(commit: Commit): void
  onArrival(effectId: string, tenant: SimulatedTenant | null): void
  onTaken(send: { effectId: string; tenant: SimulatedTenant }): void
  onJob(effectId: string): void
  onStatement(request: Request, transaction: Transaction): void
  onAccepted(
    tenant: SimulatedTenant,
    reply: { keys: string[]; eventId: string | null; nonce: string | null },
  ): void
  /** True when nothing is left to do but what waits for a person. */
  isAtRest(): boolean
  end(tenants: readonly SimulatedTenant[]): void
}

export function createChecker(database: Database, fail: Fail): Checker {
  const books = createBooks()

  function onCommit({ changes: given, process, transaction }: Commit): void {
    books.commits += 1
    const changes = nameChanges(given)
    const processName = process.name
    const { startedAt } = transaction
    checkLeases({ books, changes, processName, startedAt, now: database.now(), fail })
    checkTimers(books, changes, { now: database.now(), fail })
    const ownerOf = (shard: number): string | null => ownerIn(database, shard)
    checkSteps({ books, changes, processName, ownerOf, commit: database.commit, fail })
    checkEffects(books, changes, fail)
    checkMessages(changes, fail)
    for (const { table, before, after } of changes)
      if (table === 'accepted_keys' && after && !before)
        books.keys.set(
          `${String(after('tenant_id'))} ${String(after('key'))}`,
          String(after('event_id')),
        )
  }

  return {
    books,
    onCommit,
    onArrival: (effectId, tenant) => checkArrival(books, { effectId, tenant }, fail),
    onTaken: (send) => checkTaken(books, send, fail),
    onJob: (effectId) => checkJob(books, effectId, fail),
    onStatement: (request, transaction) => {
      if (request.name === 'claim_effects') checkClaim(books, { request, transaction, fail })
    },
    onAccepted: (tenant, { keys, eventId, nonce }) => {
      const claimed = new Set(books.keys.values())
      if (eventId !== null && !claimed.has(eventId))
        fail(`I1 the event ${eventId} was answered 2xx and is not committed`)
      for (const key of keys)
        if (!books.keys.has(`${tenant.id} ${key}`))
          fail(`I1 ${key} was answered 2xx and is not committed`)
      if (nonce === null) return
      const times = (books.nonces.get(nonce) ?? 0) + 1
      books.nonces.set(nonce, times)
      if (times > 1) fail(`I2 the nonce ${nonce} was taken ${times} times`)
    },
    isAtRest: () => {
      if (waitingMail(database).length > 0 || rowsOf(database, 'timers').length > 0) return false
      return rowsOf(database, 'outbox').length === waitingForPeople(database).size
    },
    end: (tenants) => checkEnd({ books, database, tenants, fail }),
  }
}

function ownerIn(database: Database, shard: number): string | null {
  const index = database.tables.get('shard_leases')?.indexes[0]
  const [row] = index?.rows.get(`${shard}\u0001`) ?? []
  return (row?.committed?.values?.[1] as string | null | undefined) ?? null
}

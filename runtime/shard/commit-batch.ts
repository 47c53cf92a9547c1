// Station 6: one transaction for the whole batch. The leases are locked and their epochs compared first (I8), then
// snapshots, journal, runs, timers, outbox, outgoing messages and counters are written and the mailbox rows removed.

import type { Pool } from 'pg'
import { inTransaction, type Queryable } from '../db/pool.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Ticket } from '../outbox/executor/executor.ts'
import { type Leases, lockLeases } from './lease.ts'
import { sentTogether } from './sent-together.ts'
import type { TenantFacts } from './tenant-facts.ts'
import type { WorkedContact } from './work-batch.ts'
import { writeCounts } from './write-counts.ts'
import { collectEffects, type CommittedEffect, committedOf, writeEffects } from './write-effects.ts'
import { writeMerges } from './write-merges.ts'
import { writeMigrations } from './write-migrations.ts'
import { writeNotice } from './write-notice.ts'
import { writeRuns } from './write-runs.ts'
import { consume, notePoison, writeJournal, writeSnapshots, writeTimers } from './write-steps.ts'

export interface CommitContext {
  pool: Pool
  workerId: string
  leases: Leases
  factsOf: (tenantId: string) => TenantFacts
  /** Claims the batch's effects as a part of its transaction, when they are few. */
  claim?: ((db: Queryable, effects: CommittedEffect[]) => Ticket | null) | undefined
}

export interface Committed {
  steps: number
  /** What waits in the outbox now, in the order in which it was asked for. */
  effects: CommittedEffect[]
}

/**
 * Commits a worked batch.
 * @throws {FluxoError} LEASE_LOST with `details: { shards }` when a shard changed hands; nothing is written then
 */
export async function commitBatch(
  contacts: WorkedContact[],
  context: CommitContext,
): Promise<Committed> {
  const { pool, workerId, leases, factsOf } = context
  const tickets: Ticket[] = []
  const committing = inTransaction(pool, async (db) => {
    const locking = lockLeases(db, workerId, leases)
    const moved = contacts.filter((contact) => contact.steps.length > 0)
    const effects = collectEffects(moved, factsOf)
    const committed = effects.map(committedOf)
    // Sent one behind the other without waiting for answers, so that the database works on the first while the last are
    // still made here. Nothing is committed before all have answered.
    const writing = sentTogether([
      consume(db, moved),
      writeSnapshots(db, moved),
      writeJournal(db, moved),
      writeRuns(db, moved),
      writeTimers(db, moved),
      writeEffects(db, effects),
      writeCounts(db, moved),
      writeMigrations(db, moved),
      writeMerges(db, moved),
      notePoison(db, contacts),
      claimWithin(db, committed),
    ])
    writing.catch(() => {})
    const lost = await locking
    if (lost.length > 0) throw new FluxoError('LEASE_LOST', { details: { shards: lost } })
    await writing
    writeNotice(db, moved)
    const steps = moved.reduce((sum, contact) => sum + contact.steps.length, 0)
    return { steps, effects: committed }
  })

  function claimWithin(db: Queryable, effects: CommittedEffect[]): Promise<unknown> | false {
    const ticket = context.claim?.(db, effects)
    if (!ticket) return false
    tickets.push(ticket)
    return ticket.claim
  }

  const finish = (end: 'begin' | 'giveUp') => () => tickets.forEach((ticket) => ticket[end]())
  committing.then(finish('begin'), finish('giveUp'))
  return committing
}

// Station 6: one transaction for the whole batch. The leases are locked and their epochs compared first (I8), then
// snapshots, journal, runs, timers, outbox, outgoing messages and counters are written and the mailbox rows removed.

import type { Pool } from 'pg'
import { inTransaction } from '../db/pool.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Leases, lockLeases } from './lease.ts'
import type { TenantFacts } from './tenant-facts.ts'
import type { WorkedContact } from './work-batch.ts'
import { writeCounts } from './write-counts.ts'
import { writeEffects } from './write-effects.ts'
import { writeMigrations } from './write-migrations.ts'
import { writeNotice } from './write-notice.ts'
import {
  consume,
  notePoison,
  writeJournal,
  writeRuns,
  writeSnapshots,
  writeTimers,
} from './write-steps.ts'

export interface CommitContext {
  pool: Pool
  workerId: string
  leases: Leases
  factsOf: (tenantId: string) => TenantFacts
}

export interface Committed {
  steps: number
  effects: number
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
  return inTransaction(pool, async (db) => {
    const lost = await lockLeases(db, workerId, leases)
    if (lost.length > 0) throw new FluxoError('LEASE_LOST', { details: { shards: lost } })
    const moved = contacts.filter((contact) => contact.steps.length > 0)
    await consume(db, moved)
    await writeSnapshots(db, moved)
    await writeJournal(db, moved)
    await writeRuns(db, moved)
    await writeTimers(db, moved)
    const effects = await writeEffects(db, moved, factsOf)
    await writeCounts(db, moved)
    await writeMigrations(db, moved)
    await notePoison(db, contacts)
    await writeNotice(db, moved)
    return { steps: moved.reduce((sum, contact) => sum + contact.steps.length, 0), effects }
  })
}

// The books of migrations: what became of each run that was to move, in the transaction that moved it, so each exactly once (I2).

import type { MigrationOutcome } from '#actors/step.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { WorkedContact } from './work-batch.ts'

interface Settled {
  tenantId: string
  outcome: MigrationOutcome
}

export async function writeMigrations(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const settled = contacts.flatMap(({ work, steps }): Settled[] =>
    steps.flatMap(({ migration: outcome, journal }) => {
      // A contact's own envelopes name no migration of anybody else.
      return outcome
        ? [{ tenantId: work.tenantId, outcome: keptFor(outcome, journal.envelope.type) }]
        : []
    }),
  )
  if (settled.length === 0) return
  await run(db, SETTLE, [
    settled.map(({ tenantId }) => tenantId),
    settled.map(({ outcome }) => outcome.migrationId),
    settled.map(({ outcome }) => outcome.runId),
    settled.map(({ outcome }) => STATUS[outcome.status]),
    settled.map(({ outcome }) => outcome.code),
    settled.map(({ outcome }) => (outcome.before ? JSON.stringify(outcome.before) : null)),
    settled.map(({ outcome }) => outcome.mark),
  ])
}

const STATUS = { moved: 'moved', restored: 'undone', refused: 'refused', gone: 'gone' } as const

/** A run that does not come back stays moved; its code says why. */
function keptFor(outcome: MigrationOutcome, envelopeType: string): MigrationOutcome {
  return envelopeType === 'run.restored' && outcome.status !== 'restored'
    ? { ...outcome, status: 'moved' }
    : outcome
}

const SETTLE = {
  name: 'settle_migration_items',
  text: `update run_migration_items i set status = item.status, code = item.code,
      run_before = coalesce(item.run_before, i.run_before), mark = coalesce(item.mark, i.mark),
      settled_at = clock_timestamp()
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::json[], $7::text[])
      as item(tenant_id, migration_id, run_id, status, code, run_before, mark)
    where i.tenant_id = item.tenant_id and i.migration_id = item.migration_id and i.run_id = item.run_id`,
}

// Looking beforehand: which runs a migration would move, and which cannot go and why. Reads live snapshots, writes nothing.

import { restoreContactState } from '#actors/snapshot.ts'
import type { StateMap } from '#machines/contracts/versions.ts'
import { migrateRun } from '#machines/run/migrate.ts'
import { type MigrationRefusal, refuse } from '#machines/run/migration-refusal.ts'
import type { RunVersion } from '#machines/run/run-state.ts'
import { type Queryable, run } from '../db/pool.ts'

export interface Plan {
  tenantId: string
  /** IANA zone of the tenant. */
  zone: string
  /** Versions that runs come from. */
  from: readonly RunVersion[]
  /** Null when runs end. */
  to: RunVersion | null
  /** By version: old node id to new one. */
  maps: Readonly<Record<string, StateMap>>
}

export interface PlannedRun {
  runId: string
  contactId: string
  name: string | null
  versionId: string
  state: string
  /** Why it cannot move; null when it can. */
  refusal: MigrationRefusal | null
}

/** The last run that was looked at. */
export interface Position {
  versionId: string
  runId: string
}

export const BEGINNING: Position = { versionId: '', runId: '' }

interface Row {
  id: string
  contact_id: string
  name: string | null
  version_id: string
  state: string
  snapshot: unknown
}

/** Up to `limit` active runs after a position, each with what would become of it. */
export async function planPage(
  db: Queryable,
  plan: Plan,
  { after, limit }: { after: Position; limit: number },
): Promise<PlannedRun[]> {
  const versionIds = plan.from.map(({ versionId }) => versionId)
  const values = [plan.tenantId, versionIds, after.versionId, after.runId, limit]
  const rows = await run<Row>(db, PAGE, values)
  return rows.map((row) => ({
    runId: row.id,
    contactId: row.contact_id,
    name: row.name,
    versionId: row.version_id,
    state: row.state,
    refusal: refusalOf(row, plan),
  }))
}

function refusalOf(row: Row, { from, to, maps, zone }: Plan): MigrationRefusal | null {
  const state = row.snapshot === null ? null : restoreContactState(row.snapshot)
  const known = state?.runs.find(({ id }) => id === row.id)
  if (!state || !known) return refuse('RUN_ENDED')
  if (!to) return null
  const version = from.find(({ versionId }) => versionId === known.versionId)
  if (!version) return refuse('VERSION_CHANGED')
  const moment = { contact: state.contact, at: new Date().toISOString(), zone }
  const map = maps[version.versionId] ?? {}
  const outcome = migrateRun(known, { from: version, to }, { map, moment })
  return 'refused' in outcome ? outcome : null
}

const PAGE = {
  name: 'plan_migration_page',
  text: `select r.id, r.contact_id, c.name, r.version_id, p.state, s.state as snapshot
    from workflow_runs r
    join run_places p on p.tenant_id = r.tenant_id and p.run_id = r.id
    join contacts c on c.tenant_id = r.tenant_id and c.id = r.contact_id
    left join actor_snapshots s on s.tenant_id = r.tenant_id and s.contact_id = r.contact_id
    where r.tenant_id = $1 and r.version_id = any($2::text[]) and r.status = 'active'
      and (r.version_id, r.id) > ($3, $4)
    order by r.version_id, r.id
    limit $5`,
}

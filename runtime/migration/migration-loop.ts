// Moves runs batch by batch: looks at each one beforehand, sends those that can go, stops when more are refused than
// was foreseen. Everything is in the tables, so any worker goes on after a restart.

import type { Pool, PoolClient } from 'pg'
import type { StateMap } from '#machines/contracts/versions.ts'
import { run } from '../db/pool.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import type { TenantFactsCache } from '../shard/tenant-facts.ts'
import { planPage } from './plan.ts'
import { sendBack, sendNext, type Sending } from './send.ts'

const POLL_MS = 500
const PAGE = 200
/** The first ones go alone: when they are refused, the others need not try. */
const FIRST_BATCH = 20
const BATCH = 500

export interface MigrationLoopOptions {
  pool: Pool
  facts: TenantFactsCache
  logger: Logger
}

export function createMigrationLoop(options: MigrationLoopOptions): Loop {
  return createLoop({
    name: 'migrations',
    pollMs: POLL_MS,
    logger: options.logger,
    turn: () => moveOn(options),
  })
}

interface MigrationRow {
  id: string
  kind: 'move' | 'end'
  to_version_id: string | null
  from_versions: string[]
  map_json: Record<string, StateMap>
  status: 'planning' | 'running' | 'undoing'
  stop_above: number
  planned_version: string
  planned_run: string
}

/** One step of the migration that has waited longest. @returns true when there may be more to do at once */
export async function moveOn({
  pool,
  facts,
}: Omit<MigrationLoopOptions, 'logger'>): Promise<boolean> {
  const [next] = await run<{ tenant_id: string; id: string }>(pool, NEXT)
  if (!next) return false
  const tenantId = next.tenant_id
  return inTenantTransaction(pool, tenantId, async (db) => {
    const [row] = await run<MigrationRow>(db, LOCK, [tenantId, next.id])
    // Another worker has it in hand.
    if (!row) return false
    if (row.status === 'planning') return plan(db, row, { tenantId, pool, facts })
    return row.status === 'running' ? sendOn(db, row, tenantId) : takeBack(db, row, tenantId)
  })
}

async function plan(
  db: PoolClient,
  row: MigrationRow,
  { tenantId, pool, facts }: { tenantId: string; pool: Pool; facts: TenantFactsCache },
): Promise<boolean> {
  const { to_version_id: toId, from_versions: fromIds } = row
  const factsOf = await facts.load(pool, [tenantId], [...fromIds, ...(toId === null ? [] : [toId])])
  const { library } = factsOf(tenantId)
  const to = toId === null ? null : library.version(toId)
  if (to === undefined) {
    await run(db, FINISH, [tenantId, row.id, 'stopped', 'version_unavailable'])
    return false
  }
  const from = fromIds.flatMap((id) => library.version(id) ?? [])
  const runs = await planPage(
    db,
    { tenantId, zone: library.zone, from, to, maps: row.map_json },
    { after: { versionId: row.planned_version, runId: row.planned_run }, limit: PAGE },
  )
  await run(db, ADD, [
    tenantId,
    row.id,
    runs.map(({ runId }) => runId),
    runs.map(({ contactId }) => contactId),
    runs.map(({ versionId }) => versionId),
    runs.map(({ state }) => state),
    runs.map(({ refusal }) => refusal?.refused ?? null),
  ])
  const last = runs.length < PAGE ? undefined : runs.at(-1)
  await run(db, PLANNED, [
    tenantId,
    row.id,
    last?.versionId ?? '',
    last?.runId ?? '',
    last === undefined,
  ])
  return true
}

interface Standing {
  waiting: number
  under_way: number
  settled: number
  refused: number
}

async function sendOn(db: PoolClient, row: MigrationRow, tenantId: string): Promise<boolean> {
  const [standing] = await run<Standing>(db, STANDING, [tenantId, row.id])
  if (!standing) return false
  const { waiting, under_way: underWay, settled, refused } = standing
  if (refused > row.stop_above * Math.max(settled, FIRST_BATCH)) {
    await run(db, FINISH, [tenantId, row.id, 'stopped', 'too_many_refused'])
    return false
  }
  if (waiting === 0 && underWay === 0) {
    await run(db, FINISH, [tenantId, row.id, 'done', null])
    return false
  }
  const batch = settled < FIRST_BATCH ? FIRST_BATCH : BATCH
  const room = Math.max(0, batch - underWay)
  const sent = room === 0 ? 0 : await sendNext(db, sendingOf(row, tenantId), room)
  await run(db, WORKED, [tenantId, row.id])
  return sent === room && sent > 0
}

async function takeBack(db: PoolClient, row: MigrationRow, tenantId: string): Promise<boolean> {
  const [standing] = await run<Pick<Standing, 'waiting' | 'under_way'>>(db, STANDING_BACK, [
    tenantId,
    row.id,
  ])
  if (!standing) return false
  if (standing.waiting === 0 && standing.under_way === 0) {
    await run(db, FINISH, [tenantId, row.id, 'undone', null])
    return false
  }
  const room = Math.max(0, BATCH - standing.under_way)
  const sent = room === 0 ? 0 : await sendBack(db, sendingOf(row, tenantId), room)
  await run(db, WORKED, [tenantId, row.id])
  return sent === room && sent > 0
}

function sendingOf(row: MigrationRow, tenantId: string): Sending {
  return { tenantId, migrationId: row.id, toVersionId: row.to_version_id, maps: row.map_json }
}

const NEXT = {
  name: 'next_migration',
  text: `select tenant_id, id from run_migrations where status in ('planning', 'running', 'undoing')
    order by worked_at limit 1`,
}

const LOCK = {
  name: 'lock_migration',
  text: `select id, kind, to_version_id, from_versions, map_json, status, stop_above, planned_version, planned_run
    from run_migrations where tenant_id = $1 and id = $2 and status in ('planning', 'running', 'undoing')
    for update skip locked`,
}

const ADD = {
  name: 'add_migration_items',
  text: `insert into run_migration_items
      (tenant_id, migration_id, run_id, contact_id, version_id, state, status, code, foreseen, settled_at)
    select $1, $2, run_id, contact_id, version_id, state, case when code is null then 'pending'
        when code = 'RUN_ENDED' then 'gone' else 'refused' end, code, code is not null,
      case when code is not null then clock_timestamp() end
    from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      as item(run_id, contact_id, version_id, state, code)
    on conflict (tenant_id, migration_id, run_id) do nothing`,
}

const PLANNED = {
  name: 'note_migration_planned',
  text: `update run_migrations set planned_version = $3, planned_run = $4, worked_at = clock_timestamp(),
      status = case when $5 then 'running' else status end
    where tenant_id = $1 and id = $2`,
}

const WORKED = {
  name: 'note_migration_worked',
  text: 'update run_migrations set worked_at = clock_timestamp() where tenant_id = $1 and id = $2',
}

const FINISH = {
  name: 'finish_migration',
  text: `update run_migrations set status = $3, stop_reason = $4, finished_at = clock_timestamp()
    where tenant_id = $1 and id = $2`,
}

const STANDING = {
  name: 'migration_standing',
  text: `select count(*) filter (where status = 'pending' and sent_at is null) as waiting,
      count(*) filter (where status = 'pending' and sent_at is not null) as under_way,
      count(*) filter (where status <> 'pending' and not foreseen) as settled,
      count(*) filter (where status = 'refused' and not foreseen) as refused
    from run_migration_items where tenant_id = $1 and migration_id = $2`,
}

const STANDING_BACK = {
  name: 'migration_standing_back',
  text: `select count(*) filter (where status = 'moved' and undo_sent_at is null and mark is not null) as waiting,
      -- What was still on its way there when it was stopped comes back as well.
      count(*) filter (where (status = 'moved' and undo_sent_at is not null and code is null)
        or (status = 'pending' and sent_at is not null)) as under_way
    from run_migration_items where tenant_id = $1 and migration_id = $2 and status in ('moved', 'pending')`,
}

// Migrations as people see them: how far they are, and what became of each run.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Migration, MigrationItem } from '#machines/contracts/versions.ts'
import { refusalReason } from '#machines/run/migration-refusal.ts'
import type { Records } from '../../db/orm.ts'
import type { Page, PageQuery } from '../../face.ts'
import { pageOf, readCursor } from '../cursor.ts'
import type { Where } from './version-records.ts'

interface MigrationRow {
  id: string
  workflowId: string
  kind: Migration['kind']
  to: string | null
  from: string
  status: Migration['status']
  stopReason: string | null
  reason: string
  createdBy: string
  createdAt: Date
  finishedAt: Date | null
}

interface CountRow {
  migrationId: string
  status: MigrationItem['status']
  code: string | null
  state: string | null
  count: string
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function readMigration(
  records: Records,
  { actor, workflowId }: Where,
  migrationId: string,
): Promise<Migration> {
  const key = [actor.tenantId, workflowId, migrationId]
  const rows: MigrationRow[] = await records.execute(`${MIGRATIONS} and m.id = ?`, key)
  const [migration] = await withCounts(records, actor.tenantId, rows)
  if (!migration) throw new FluxoError('RESOURCE_NOT_FOUND')
  return migration
}

/** The latest ones, newest first. */
export async function readMigrations(
  records: Records,
  { actor, workflowId }: Where,
): Promise<Migration[]> {
  const rows: MigrationRow[] = await records.execute(
    `${MIGRATIONS} order by m.created_at desc, m.id desc limit 50`,
    [actor.tenantId, workflowId],
  )
  return withCounts(records, actor.tenantId, rows)
}

type ItemQuery = PageQuery & { migrationId: string; status?: MigrationItem['status'] | undefined }

/** Runs of a migration. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function listItems(
  records: Records,
  where: Where,
  query: ItemQuery,
): Promise<Page<MigrationItem>> {
  const { migrationId, status = null, limit, cursor } = query
  await readMigration(records, where, migrationId)
  const [after] = readCursor(cursor, 1)
  const rows: (Omit<MigrationItem, 'message'> & { state: string })[] = await records.execute(
    ITEMS,
    [where.actor.tenantId, migrationId, status, status, after, after, limit + 1],
  )
  return pageOf(rows, limit, {
    item: ({ state, ...row }) => ({
      ...row,
      message: row.code === null ? null : refusalReason(row.code, state),
    }),
    key: (row) => [row.runId],
  })
}

async function withCounts(
  records: Records,
  tenantId: string,
  rows: MigrationRow[],
): Promise<Migration[]> {
  if (rows.length === 0) return []
  const counts: CountRow[] = await records.execute(COUNTS, [
    tenantId,
    rows.map(({ id }) => id).join(','),
  ])
  const byMigration = Map.groupBy(counts, ({ migrationId }) => migrationId)
  return rows.map(({ createdAt, finishedAt, from, ...row }) => ({
    ...row,
    from: from.split(','),
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: finishedAt ? new Date(finishedAt).toISOString() : null,
    ...told(byMigration.get(row.id) ?? []),
  }))
}

function told(rows: CountRow[]): Pick<Migration, 'counts' | 'refused'> {
  const counts = { total: 0, pending: 0, moved: 0, refused: 0, gone: 0, undone: 0 }
  for (const { status, count } of rows) {
    counts[status] += Number(count)
    counts.total += Number(count)
  }
  const refused = rows
    .filter(({ status }) => status === 'refused')
    .map(({ code, state, count }) => ({
      code: code ?? '',
      message: refusalReason(code ?? '', state ?? ''),
      count: Number(count),
    }))
  return { counts, refused }
}

const MIGRATIONS = `select m.id, m.workflow_id as "workflowId", m.kind, m.to_version_id as "to",
    array_to_string(m.from_versions, ',') as "from", m.status, m.stop_reason as "stopReason", m.reason,
    m.created_by as "createdBy", m.created_at as "createdAt", m.finished_at as "finishedAt"
  from run_migrations m where m.tenant_id = ? and m.workflow_id = ?`

const COUNTS = `select i.migration_id as "migrationId", i.status, i.code,
    case when i.status = 'refused' then i.state end as "state", count(*) as "count"
  from run_migration_items i where i.tenant_id = ? and i.migration_id = any(string_to_array(?, ','))
  group by 1, 2, 3, 4 order by 5 desc`

const ITEMS = `select i.run_id as "runId", i.contact_id as "contactId", c.name, i.status, i.code, i.state
  from run_migration_items i
  join contacts c on c.tenant_id = i.tenant_id and c.id = i.contact_id
  where i.tenant_id = ? and i.migration_id = ? and (?::text is null or i.status = ?)
    and (?::text is null or i.run_id > ?)
  order by i.run_id limit ?`

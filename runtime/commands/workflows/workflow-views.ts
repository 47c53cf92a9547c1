// Workflows as lists and pages show them.

import type { StateContact, WorkflowDetail, WorkflowSummary } from '#machines/contracts/api.ts'
import { compile } from '#machines/compile/compile.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { StateNarrowing } from '#machines/contracts/state-acts.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor, Page, PageQuery } from '../../face.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { SAVING, savingOf, type SavingRow } from './revisions.ts'
import { surroundingsOf } from './surroundings.ts'
import { numberOf } from './version-records.ts'

interface WorkflowRow extends SavingRow {
  id: string
  name: string
  status: 'draft' | 'published'
  trigger: string | null
  nodeCount: number
  versionId: string | null
  number: number | null
  publishedAt: Date | null
  isChanged: boolean
  active: string
  finished: string
  failed: string
  updatedAt: Date
  archivedAt: Date | null
  /** `updatedAt` to the microsecond. */
  position: string
  definition?: Json
  published?: Json
}

/** Newest change first. */
export async function listWorkflows(
  records: Records,
  actor: Actor,
  query: PageQuery & { archived?: boolean | undefined },
): Promise<Page<WorkflowSummary>> {
  const [updatedAt, id] = readCursor(query.cursor, 2)
  const rows: WorkflowRow[] = await records.execute(
    `${SUMMARY} where w.tenant_id = ? and (w.archived_at is not null) = ?
       and (?::timestamptz is null or (w.updated_at, w.id) < (?::timestamptz, ?))
     order by w.updated_at desc, w.id desc limit ?`,
    [actor.tenantId, query.archived ?? false, updatedAt, updatedAt, id, query.limit + 1],
  )
  return pageOf(rows, query.limit, { item: summaryOf, key: (row) => [row.position, row.id] })
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function getWorkflow(
  records: Records,
  actor: Actor,
  workflowId: string,
): Promise<WorkflowDetail> {
  const [row]: WorkflowRow[] = await records.execute(
    `${SUMMARY} where w.tenant_id = ? and w.id = ?`,
    [actor.tenantId, workflowId],
  )
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  const definition = row.definition ?? null
  const { diagnostics, workflow } = compile(definition, await surroundingsOf(records, actor))
  return {
    ...summaryOf(row),
    ...savingOf(row),
    definition,
    published: row.published ?? null,
    diagnostics,
    nextVersion: await numberOf(records, { actor, workflowId }, workflow?.hash ?? null),
  }
}

interface StateRow {
  id: string
  name: string | null
  phone: string | null
  runId: string
  versionId: string
  state: string
  since: Date
  /** `since` to the microsecond. */
  position: string
}

interface StateQuery {
  actor: Actor
  workflowId: string
  query: PageQuery & StateNarrowing
}

/** Contacts with an active run of the workflow, longest in their state first. */
export async function contactsIn(
  records: Records,
  { actor, workflowId, query }: StateQuery,
): Promise<Page<StateContact>> {
  const [since, runId] = readCursor(query.cursor, 2)
  const rows: StateRow[] = await records.execute(STATE_CONTACTS, [
    actor.tenantId,
    workflowId,
    query.state ?? null,
    query.state ?? null,
    query.state ?? null,
    query.waiting ?? null,
    query.tag ?? null,
    query.tag ?? null,
    since,
    since,
    runId,
    query.limit + 1,
  ])
  return pageOf(rows, query.limit, {
    item: ({ position: _position, ...row }) => ({ ...row, since: iso(row.since) }),
    key: (row) => [row.position, row.runId],
  })
}

function summaryOf(row: WorkflowRow): WorkflowSummary {
  const { versionId, number, publishedAt } = row
  return {
    id: row.id,
    name: row.name,
    trigger: row.trigger ?? '',
    status: row.status,
    version:
      versionId !== null && number !== null && publishedAt !== null
        ? { id: versionId, number, publishedAt: iso(publishedAt) }
        : null,
    changed: row.isChanged,
    nodeCount: row.nodeCount,
    active: Number(row.active),
    finished: Number(row.finished),
    failed: Number(row.failed),
    updatedAt: iso(row.updatedAt),
    archivedAt: row.archivedAt === null ? null : iso(row.archivedAt),
  }
}

function iso(value: Date): string {
  return new Date(value).toISOString()
}

const SUMMARY = `select w.id, w.name, w.status, w.definition_json->'trigger'->>'type' as "trigger",
    case when jsonb_typeof(w.definition_json->'nodes') = 'array'
      then jsonb_array_length(w.definition_json->'nodes') else 0 end as "nodeCount",
    v.id as "versionId", v.number, v.published_at as "publishedAt",
    (v.id is not null and v.content_hash <> w.draft_hash) as "isChanged",
    w.updated_at as "updatedAt", w.archived_at as "archivedAt",
    w.updated_at::text as "position", w.definition_json as "definition", v.definition_json as "published",
    ${SAVING},
    coalesce(n.active, 0) as active, coalesce(n.finished, 0) as finished, coalesce(n.failed, 0) as failed
  from workflows w
  left join workflow_versions v on v.tenant_id = w.tenant_id and v.id = w.published_version_id
  left join users u on u.tenant_id = w.tenant_id and u.id = w.saved_by
  left join lateral (
    select sum(contacts) filter (where state not like '$%') as active,
      sum(contacts) filter (where state = '$end') as finished,
      sum(contacts) filter (where state = '$failed') as failed
    from state_counts c where c.tenant_id = w.tenant_id and c.workflow_id = w.id) n on true`

const STATE_CONTACTS = `select c.id, c.name, c.phone_e164 as "phone", r.id as "runId",
    r.version_id as "versionId", p.state, p.since,
    p.since::text as "position"
  from run_places p join workflow_runs r on r.tenant_id = p.tenant_id and r.id = p.run_id
    join contacts c on c.tenant_id = r.tenant_id and c.id = r.contact_id
  where p.tenant_id = ? and p.workflow_id = ? and (?::text is null or p.state = ?
      or (cardinality(p.states) > 1 and ? = any(p.states)))
    and p.since <= clock_timestamp() - make_interval(secs => coalesce(?::float8, 0))
    and (?::text is null or c.tags @> array[?::text])
    and (?::timestamptz is null or (p.since, p.run_id) > (?::timestamptz, ?))
  order by p.since, p.run_id limit ?`

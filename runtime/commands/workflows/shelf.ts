// Workflows as things on a shelf: doubled, archived and restored, deleted while nobody ever ran in them.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type {
  ArchiveReply,
  ArchiveRequest,
  DuplicateReply,
  DuplicateRequest,
  WorkflowUse,
} from '#machines/contracts/workflow-shelf.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor } from '../../face/actor.ts'
import type { ExchangeFace } from '../../face/exchange.ts'
import { createId } from '../../ids.ts'
import { CHANNELS } from '../../live/channels.ts'
import { keepSchedule } from '../../schedule/keep-schedule.ts'
import { recordAudit } from '../audit.ts'
import { alone, findWorkflow } from './publication.ts'
import { saveDraft } from './save-draft.ts'
import { startMigration } from './start-migration.ts'
import { documentOf, type Where } from './version-records.ts'
import { readTests, writeTests } from './workflow-tests.ts'

type Shelf = Pick<ExchangeFace, 'use' | 'duplicate' | 'archive' | 'restore' | 'remove'>

/** Creates the commands of the shelf. */
export function createShelf(orm: Orm): Shelf {
  const within = <T>(actor: Actor, work: (records: Records) => Promise<T>): Promise<T> =>
    inTenant(orm, actor.tenantId, work)
  return {
    use: (actor, workflowId) => within(actor, (records) => useOf(records, { actor, workflowId })),
    duplicate: (actor, workflowId, request) =>
      within(actor, (records) => duplicate(records, { actor, workflowId }, request)),
    archive: (actor, workflowId, request) =>
      within(actor, (records) => archive(records, { actor, workflowId }, request)),
    restore: (actor, workflowId) =>
      within(actor, (records) => restore(records, { actor, workflowId })),
    remove: (actor, workflowId) =>
      within(actor, (records) => remove(records, { actor, workflowId })),
  }
}

interface UseRow {
  archived: boolean
  versions: number
  tests: number
  active: number
  scheduled: boolean
  startedBy: { id: string; name: string }[]
}

async function useOf(records: Records, { actor, workflowId }: Where): Promise<WorkflowUse> {
  const { tenantId } = actor
  const [row]: UseRow[] = await records.execute(USE, [tenantId, workflowId])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return { ...row, active: Number(row.active), deletable: row.versions === 0 }
}

async function duplicate(
  records: Records,
  where: Where,
  { name }: DuplicateRequest,
): Promise<DuplicateReply> {
  const { actor, workflowId: original } = where
  const definition = (await documentOf(records, where, 'draft')) as JsonObject
  const workflowId = createId('workflow')
  await saveDraft(records, actor, { definition: { ...definition, id: workflowId, name } })
  const tests = (await readTests(records, where)).map(({ test }) => test)
  await writeTests(records, { actor, workflowId, tests })
  await note(records, actor, { action: 'duplicated', subject: workflowId, details: { original } })
  return { workflowId, tests: tests.length }
}

async function archive(
  records: Records,
  where: Where,
  { running = 'keep', reason = '' }: ArchiveRequest,
): Promise<ArchiveReply> {
  const { actor, workflowId } = where
  await alone(records, actor, workflowId)
  const workflow = await findWorkflow(records, actor, workflowId)
  if (!workflow.publishedVersionId) {
    const message = 'It was never published: it can be deleted'
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  workflow.archivedAt ??= new Date()
  await records.flush()
  await records.execute(FORGET_SCHEDULE, [actor.tenantId, workflowId])
  const details = { running, versionId: workflow.publishedVersionId }
  await note(records, actor, { action: 'archived', subject: workflowId, reason, details })
  const order = { kind: 'end', to: null, reason: reason || 'archived', replaces: true } as const
  const migrationId = running === 'end' ? await startMigration(records, where, order) : null
  await tellWorkers(records, actor)
  return { archived: true, migrationId }
}

async function restore(records: Records, where: Where): Promise<ArchiveReply> {
  const { actor, workflowId } = where
  await alone(records, actor, workflowId)
  const workflow = await findWorkflow(records, actor, workflowId)
  if (workflow.archivedAt) {
    workflow.archivedAt = null
    await records.flush()
    await keepPublished(records, where, workflow.publishedVersionId ?? null)
    await note(records, actor, { action: 'restored', subject: workflowId, details: {} })
    await tellWorkers(records, actor)
  }
  return { archived: false, migrationId: null }
}

/** What it does by the clock begins anew: what came due meanwhile is not made up for. */
async function keepPublished(
  records: Records,
  where: Where,
  versionId: string | null,
): Promise<void> {
  if (versionId === null) return
  const definition = (await documentOf(records, where, versionId)) as JsonObject
  const { tenantId } = where.actor
  const version = { tenantId, workflowId: where.workflowId, versionId }
  await keepSchedule(records, { ...version, trigger: definition['trigger'] })
}

async function remove(records: Records, where: Where): Promise<void> {
  const { actor, workflowId } = where
  await alone(records, actor, workflowId)
  const { name } = await findWorkflow(records, actor, workflowId)
  const { deletable, tests } = await useOf(records, where)
  if (!deletable) {
    const message = 'It was published before: it can be archived'
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  const key = [actor.tenantId, workflowId]
  await records.execute('delete from workflow_tests where tenant_id = ? and workflow_id = ?', key)
  await records.execute('delete from workflows where tenant_id = ? and id = ?', key)
  await note(records, actor, { action: 'deleted', subject: workflowId, details: { name, tests } })
}

interface Note {
  action: string
  subject: string
  reason?: string
  details: JsonObject
}

async function note(
  records: Records,
  actor: Actor,
  { action, subject, reason = '', details }: Note,
): Promise<void> {
  const id = createId('event').replace(/^evt_/, 'aud_')
  await recordAudit(records, actor, { id, action: `workflow.${action}`, subject, reason, details })
}

/** They hear of it with the commit. */
async function tellWorkers(records: Records, { tenantId }: Actor): Promise<void> {
  await records.execute('select pg_notify(?, ?)', [CHANNELS.library, tenantId])
}

const FORGET_SCHEDULE = 'delete from schedules where tenant_id = ? and workflow_id = ?'

const USE = `select w.archived_at is not null as archived,
    (select count(*)::int from workflow_versions v
      where v.tenant_id = w.tenant_id and v.workflow_id = w.id) as versions,
    (select count(*)::int from workflow_tests t
      where t.tenant_id = w.tenant_id and t.workflow_id = w.id) as tests,
    (select count(*) from run_places p
      where p.tenant_id = w.tenant_id and p.workflow_id = w.id) as active,
    exists (select 1 from schedules s
      where s.tenant_id = w.tenant_id and s.workflow_id = w.id) as scheduled,
    coalesce((select json_agg(json_build_object('id', o.id, 'name', o.name) order by o.name, o.id)
      from workflows o left join workflow_versions v
        on v.tenant_id = o.tenant_id and v.id = o.published_version_id
      where o.tenant_id = w.tenant_id and o.id <> w.id and o.archived_at is null
        and (o.definition_json->'nodes' @> n.wanted or v.definition_json->'nodes' @> n.wanted)
      ), '[]'::json) as "startedBy"
  from workflows w
  cross join lateral (select jsonb_build_array(
    jsonb_build_object('type', 'subflow', 'workflow', w.id)) as wanted) n
  where w.tenant_id = ? and w.id = ?`

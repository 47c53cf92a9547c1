// Versions of one workflow as commands need them: found by id or as the draft, compiled, with who is on them.

import { compile, compileVersion } from '#machines/compile/compile.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { VersionItem } from '#machines/contracts/versions.ts'
import type { RunVersion } from '#machines/run/run-state.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face.ts'

export interface Where {
  actor: Actor
  workflowId: string
}

interface VersionRow {
  id: string
  number: number
  publishedAt: Date
  publishedBy: string | null
  isCurrent: boolean
  active: string
}

/** Newest first. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function listVersions(records: Records, where: Where): Promise<VersionItem[]> {
  await draftOf(records, where)
  const { actor, workflowId } = where
  const rows: VersionRow[] = await records.execute(`${VERSIONS} order by v.number desc`, [
    actor.tenantId,
    workflowId,
  ])
  return rows.map(({ isCurrent, publishedAt, ...row }) => ({
    ...row,
    current: isCurrent,
    active: Number(row.active),
    publishedAt: new Date(publishedAt).toISOString(),
  }))
}

/** Number of the version with this content; of the next one where no version has it. */
export async function numberOf(
  records: Records,
  { actor, workflowId }: Where,
  hash: string | null,
): Promise<number> {
  const [row]: { number: number }[] = await records.execute(
    `select coalesce(max(number) filter (where content_hash = ?), max(number) + 1, 1)::int as number
       from workflow_versions where tenant_id = ? and workflow_id = ?`,
    [hash, actor.tenantId, workflowId],
  )
  return row?.number ?? 1
}

/** The document of a version, or of the draft. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function documentOf(records: Records, where: Where, ref: string): Promise<Json> {
  const draft = await draftOf(records, where)
  if (ref === 'draft') return draft
  const { actor, workflowId } = where
  const [row]: { definition: Json }[] = await records.execute(
    'select definition_json as definition from workflow_versions where tenant_id = ? and workflow_id = ? and id = ?',
    [actor.tenantId, workflowId, ref],
  )
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row.definition
}

/**
 * A version or the draft, ready for runs.
 * @throws {FluxoError} RESOURCE_NOT_FOUND, WORKFLOW_INVALID with the diagnostics of a draft with errors
 */
export async function compiledVersion(
  records: Records,
  where: Where,
  ref: string,
): Promise<RunVersion> {
  const definition = await documentOf(records, where, ref)
  const workflow = ref === 'draft' ? compile(definition).workflow : compileVersion(definition)
  if (!workflow) {
    const { diagnostics } = compile(definition)
    throw new FluxoError('WORKFLOW_INVALID', { details: { diagnostics } })
  }
  return { workflowId: where.workflowId, versionId: ref, compiled: workflow }
}

async function draftOf(records: Records, { actor, workflowId }: Where): Promise<Json> {
  const [row]: { definition: Json }[] = await records.execute(
    'select definition_json as definition from workflows where tenant_id = ? and id = ?',
    [actor.tenantId, workflowId],
  )
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row.definition
}

const VERSIONS = `select v.id, v.number, v.published_at as "publishedAt", v.published_by as "publishedBy",
    v.id = w.published_version_id as "isCurrent",
    (select count(*) from workflow_runs r where r.tenant_id = v.tenant_id and r.version_id = v.id
      and r.status = 'active') as active
  from workflow_versions v join workflows w on w.tenant_id = v.tenant_id and w.id = v.workflow_id
  where v.tenant_id = ? and v.workflow_id = ?`

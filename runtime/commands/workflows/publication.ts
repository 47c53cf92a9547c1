// Which version new runs start on: publishing the draft, or an older version again, and what becomes of running contacts.

import { compile } from '#machines/compile/compile.ts'
import { isClean } from '#machines/compile/diagnostics.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import type {
  PublishedReply,
  PublishRequest,
  RollbackRequest,
} from '#machines/contracts/versions.ts'
import { Workflow } from '../../db/entities/workflow.ts'
import { WorkflowVersion } from '../../db/entities/workflow-version.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face.ts'
import { createId } from '../../ids.ts'
import { CHANNELS } from '../../live/channels.ts'
import { keepSchedule } from '../../schedule/keep-schedule.ts'
import { recordAudit } from '../audit.ts'
import { conflictWith, isSeen } from './revisions.ts'
import { startMigration } from './start-migration.ts'
import type { Where } from './version-records.ts'
import { requireTests } from './workflow-tests.ts'
import { surroundingsOf } from './surroundings.ts'

/** @throws {FluxoError} WORKFLOW_CONFLICT, WORKFLOW_INVALID, WORKFLOW_TESTS_FAILED, RESOURCE_NOT_FOUND */
export async function publish(
  records: Records,
  where: Where,
  request: PublishRequest,
): Promise<PublishedReply> {
  const { actor, workflowId } = where
  await alone(records, actor, workflowId)
  const workflow = await findWorkflow(records, actor, workflowId)
  const { revision } = request
  if (revision !== undefined && !isSeen(workflow.revision, [revision])) {
    throw await conflictWith(records, actor, workflow)
  }
  const { diagnostics, workflow: compiled } = compile(
    workflow.definition,
    await surroundingsOf(records, actor),
  )
  if (!compiled || !isClean(diagnostics)) {
    throw new FluxoError('WORKFLOW_INVALID', { details: { diagnostics } })
  }
  await requireTests(records, { actor, workflowId, definition: workflow.definition })
  const known = await records.findOne(WorkflowVersion, {
    tenantId: actor.tenantId,
    workflowId,
    contentHash: compiled.hash,
  })
  const version = known ?? (await createVersion(records, actor, workflow, compiled.hash))
  return makeCurrent(records, where, { workflow, version, request, action: 'publish' })
}

/** New runs start on an older version again; the draft stays. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function rollback(
  records: Records,
  where: Where,
  { versionId, ...request }: RollbackRequest,
): Promise<PublishedReply> {
  const { actor, workflowId } = where
  await alone(records, actor, workflowId)
  const workflow = await findWorkflow(records, actor, workflowId)
  const key = { tenantId: actor.tenantId, workflowId, id: versionId }
  const version = await records.findOne(WorkflowVersion, key)
  if (!version) throw new FluxoError('RESOURCE_NOT_FOUND')
  return makeCurrent(records, where, { workflow, version, request, action: 'rollback' })
}

/** Two people who save or publish the same workflow at the same moment do it one after the other. */
export async function alone(records: Records, actor: Actor, workflowId: string): Promise<void> {
  await records.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `workflow ${actor.tenantId} ${workflowId}`,
  ])
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function findWorkflow(records: Records, actor: Actor, workflowId: string) {
  const workflow = await records.findOne(Workflow, { tenantId: actor.tenantId, id: workflowId })
  if (!workflow) throw new FluxoError('RESOURCE_NOT_FOUND')
  return workflow
}

interface Publication {
  workflow: Awaited<ReturnType<typeof findWorkflow>>
  version: { id: string; number: number; definition: Json }
  request: PublishRequest
  action: 'publish' | 'rollback'
}

async function makeCurrent(
  records: Records,
  where: Where,
  { workflow, version, request, action }: Publication,
): Promise<PublishedReply> {
  const { actor, workflowId } = where
  if (workflow.archivedAt) {
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'It is archived; restore it first' })
  }
  const previous = workflow.publishedVersionId ?? null
  records.assign(workflow, {
    status: 'published',
    publishedVersionId: version.id,
    updatedAt: new Date(),
  })
  await records.flush()
  const { trigger } = version.definition as { trigger: unknown }
  const { tenantId } = actor
  await keepSchedule(records, { tenantId, workflowId, versionId: version.id, trigger })
  const running = request.running ?? 'keep'
  await recordAudit(records, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: `workflow.${action}`,
    subject: workflowId,
    reason: request.reason ?? '',
    details: { versionId: version.id, previous, running },
  })
  const migrationId = await moveRunning(records, where, { version, request, previous })
  // Workers hear of it with the commit and start new runs on it.
  await records.execute('select pg_notify(?, ?)', [CHANNELS.library, tenantId])
  const created = previous !== version.id
  return { workflowId, versionId: version.id, number: version.number, created, migrationId }
}

type Moving = Pick<Publication, 'version' | 'request'> & { previous: string | null }

/** The runs of other versions go on as the person who publishes chose. */
async function moveRunning(
  records: Records,
  where: Where,
  { version, request, previous }: Moving,
): Promise<string | null> {
  const { running = 'keep', map, reason } = request
  if (running === 'keep') return null
  return startMigration(records, where, {
    kind: running === 'end' ? 'end' : 'move',
    to: version.id,
    previous,
    map,
    reason: reason ?? `version ${version.number}`,
    replaces: true,
  })
}

async function createVersion(
  records: Records,
  actor: Actor,
  workflow: { id: string; definition: Json },
  hash: string,
) {
  const [row]: { next: number }[] = await records.execute(
    'select coalesce(max(number), 0) + 1 as next from workflow_versions where tenant_id = ? and workflow_id = ?',
    [actor.tenantId, workflow.id],
  )
  const version = records.create(WorkflowVersion, {
    tenantId: actor.tenantId,
    id: createId('version'),
    workflowId: workflow.id,
    number: row?.next ?? 1,
    contentHash: hash,
    definition: workflow.definition,
    publishedBy: actor.userId,
    publishedAt: new Date(),
  })
  await records.flush()
  return version
}

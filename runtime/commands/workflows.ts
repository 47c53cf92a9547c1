// Drafts, checks and publication of workflows, and where their contacts are.

import type { WorkflowLive } from '#machines/contracts/api.ts'
import { compile } from '#machines/compile/compile.ts'
import { isClean } from '#machines/compile/diagnostics.ts'
import { contentHash } from '#machines/compile/hash.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { Simulation, WorkflowTestRequest } from '#machines/contracts/simulation.ts'
import { WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { Tenant } from '../db/entities/tenant.ts'
import { Workflow } from '../db/entities/workflow.ts'
import { WorkflowVersion } from '../db/entities/workflow-version.ts'
import { inTenant, type Orm, type Records } from '../db/orm.ts'
import type { Actor, Runtime } from '../face.ts'
import { createId } from '../ids.ts'
import { CHANNELS } from '../live/channels.ts'
import { contactsIn, getWorkflow, listWorkflows } from './workflow-views.ts'

/** Creates the commands of workflows. */
export function createWorkflows(orm: Orm): Runtime['workflows'] {
  const within = <T>(actor: Actor, work: (records: Records) => Promise<T>): Promise<T> =>
    inTenant(orm, actor.tenantId, work)
  return {
    list: (actor, query) => within(actor, (records) => listWorkflows(records, actor, query)),
    get: (actor, workflowId) => within(actor, (records) => getWorkflow(records, actor, workflowId)),
    save: (actor, definition) => within(actor, (records) => save(records, actor, definition)),
    check: (_actor, definition) => Promise.resolve(compile(definition).diagnostics),
    publish: (actor, workflowId) => within(actor, (records) => publish(records, actor, workflowId)),
    test: (actor, workflowId, request) =>
      within(actor, (records) => test(records, { actor, workflowId, request })),
    live: (actor, workflowId) => within(actor, (records) => liveCounts(records, actor, workflowId)),
    contactsIn: (actor, workflowId, query) =>
      within(actor, async (records) => {
        await findWorkflow(records, actor, workflowId)
        return contactsIn(records, { actor, workflowId, query })
      }),
  }
}

async function save(records: Records, actor: Actor, definition: unknown) {
  const outline = WorkflowDocumentSchema.safeParse(definition)
  if (!outline.success) {
    const { diagnostics } = compile(definition)
    throw new FluxoError('WORKFLOW_INVALID', {
      ...(diagnostics[0] ? { field: diagnostics[0].path } : {}),
      details: { diagnostics },
    })
  }
  const { id, name } = outline.data
  const document = definition as Json
  await alone(records, actor, id)
  const draft = {
    name,
    definition: document,
    draftHash: contentHash(document),
    updatedAt: new Date(),
  }
  const known = await records.findOne(Workflow, { tenantId: actor.tenantId, id })
  if (known) records.assign(known, draft)
  else {
    records.create(Workflow, {
      tenantId: actor.tenantId,
      id,
      ...draft,
      status: 'draft',
      createdAt: new Date(),
    })
  }
  await records.flush()
  return getWorkflow(records, actor, id)
}

async function publish(records: Records, actor: Actor, workflowId: string) {
  await alone(records, actor, workflowId)
  const workflow = await findWorkflow(records, actor, workflowId)
  const { diagnostics, workflow: compiled } = compile(workflow.definition)
  if (!compiled || !isClean(diagnostics)) {
    throw new FluxoError('WORKFLOW_INVALID', { details: { diagnostics } })
  }
  const known = await records.findOne(WorkflowVersion, {
    tenantId: actor.tenantId,
    workflowId,
    contentHash: compiled.hash,
  })
  const version = known ?? (await createVersion(records, actor, workflow, compiled.hash))
  const isChanged = workflow.publishedVersionId !== version.id
  records.assign(workflow, {
    status: 'published',
    publishedVersionId: version.id,
    updatedAt: new Date(),
  })
  await records.flush()
  // Workers hear of it with the commit and start new runs on it.
  await records.execute('select pg_notify(?, ?)', [CHANNELS.library, actor.tenantId])
  return { workflowId, versionId: version.id, number: version.number, created: isChanged }
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

/** Steps after which a simulation stops: it is computed while others wait for the gateway. */
const MAX_TEST_STEPS = 500

async function test(
  records: Records,
  what: { actor: Actor; workflowId: string; request: WorkflowTestRequest },
): Promise<Simulation> {
  const { actor, workflowId, request } = what
  const { script = [], payload, start } = request
  const { definition } = await findWorkflow(records, actor, workflowId)
  const tenant = await records.findOne(Tenant, { id: actor.tenantId })
  const isStarted = start !== undefined || payload !== undefined
  return simulate(definition, script, {
    ...(isStarted && { start: { ...(payload && { payload }), ...start } }),
    ...(tenant && { zone: tenant.zone }),
    maxSteps: MAX_TEST_STEPS,
  })
}

/** Two people who save or publish the same workflow at the same moment do it one after the other. */
async function alone(records: Records, actor: Actor, workflowId: string): Promise<void> {
  await records.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `workflow ${actor.tenantId} ${workflowId}`,
  ])
}

async function findWorkflow(records: Records, actor: Actor, workflowId: string) {
  const workflow = await records.findOne(Workflow, { tenantId: actor.tenantId, id: workflowId })
  if (!workflow) throw new FluxoError('RESOURCE_NOT_FOUND')
  return workflow
}

async function liveCounts(
  records: Records,
  actor: Actor,
  workflowId: string,
): Promise<WorkflowLive> {
  const { publishedVersionId: versionId } = await findWorkflow(records, actor, workflowId)
  if (versionId === null || versionId === undefined) return { versionId: null, states: {} }
  const rows: { state: string; contacts: string }[] = await records.execute(
    `select state, sum(contacts) as contacts from state_counts
     where tenant_id = ? and version_id = ? and state not like '$%' group by state having sum(contacts) > 0`,
    [actor.tenantId, versionId],
  )
  return {
    versionId,
    states: Object.fromEntries(rows.map((row) => [row.state, Number(row.contacts)])),
  }
}

// Drafts and checks of workflows, and where their contacts are.

import type { WorkflowLive } from '#machines/contracts/api.ts'
import { compile } from '#machines/compile/compile.ts'
import type { Simulation, WorkflowTestRequest } from '#machines/contracts/simulation.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { Tenant } from '../../db/entities/tenant.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor, Runtime } from '../../face.ts'
import { findWorkflow, publish } from './publication.ts'
import { saveDraft } from './save-draft.ts'
import { surroundingsOf, tellSurroundings } from './surroundings.ts'
import { contactsIn, getWorkflow, listWorkflows } from './workflow-views.ts'

/** Creates the commands of workflows. */
export function createWorkflows(orm: Orm): Runtime['workflows'] {
  const within = <T>(actor: Actor, work: (records: Records) => Promise<T>): Promise<T> =>
    inTenant(orm, actor.tenantId, work)
  return {
    list: (actor, query) => within(actor, (records) => listWorkflows(records, actor, query)),
    get: (actor, workflowId) => within(actor, (records) => getWorkflow(records, actor, workflowId)),
    save: (actor, definition, seen) =>
      within(actor, (records) => saveDraft(records, actor, { definition, seen })),
    check: (actor, definition) =>
      within(
        actor,
        async (records) => compile(definition, await surroundingsOf(records, actor)).diagnostics,
      ),
    surroundings: (actor) =>
      within(actor, async (records) => tellSurroundings(await surroundingsOf(records, actor))),
    publish: (actor, workflowId, request = {}) =>
      within(actor, (records) => publish(records, { actor, workflowId }, request)),
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

// Versions of a workflow: what there is, how two of them differ, and going back to an older one.

import { diffWorkflows } from '#machines/diff/diff.ts'
import { proposeStateMap } from '#machines/diff/state-map.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor, Runtime } from '../../face.ts'
import { rollback } from './publication.ts'
import { documentOf, listVersions, type Where } from './version-records.ts'
import { whatIf } from './what-if.ts'

/** Creates the commands of versions. */
export function createVersions(orm: Orm): Runtime['versions'] {
  const within = <T>(actor: Actor, work: (records: Records) => Promise<T>): Promise<T> =>
    inTenant(orm, actor.tenantId, work)
  return {
    list: (actor, workflowId) =>
      within(actor, async (records) => ({
        items: await listVersions(records, { actor, workflowId }),
      })),
    get: (actor, workflowId, versionId) =>
      within(actor, (records) => getVersion(records, { actor, workflowId }, versionId)),
    diff: (actor, workflowId, refs) =>
      within(actor, (records) => diff(records, { actor, workflowId }, refs)),
    rollback: (actor, workflowId, request) =>
      within(actor, (records) => rollback(records, { actor, workflowId }, request)),
    whatIf: (actor, workflowId, request) => whatIf(orm, { actor, workflowId, request }),
  }
}

async function getVersion(records: Records, where: Where, versionId: string) {
  const items = await listVersions(records, where)
  const item = items.find(({ id }) => id === versionId)
  if (!item) throw new FluxoError('RESOURCE_NOT_FOUND')
  return { ...item, definition: await documentOf(records, where, versionId) }
}

async function diff(records: Records, where: Where, { from, to }: { from: string; to: string }) {
  const before = await documentOf(records, where, from)
  const after = await documentOf(records, where, to)
  return {
    from,
    to,
    // What was saved has at least the outline of a workflow.
    changes: diffWorkflows(before, after) ?? [],
    stateMap: proposeStateMap(before, after),
  }
}

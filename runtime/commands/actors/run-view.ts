// A run as people see it: where it is, since when, what would move it.

import type { EndedRun } from '#machines/contracts/event.ts'
import type { RunState } from '#machines/run/run-state.ts'
import type { RunView } from '#machines/contracts/api.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { CompiledWorkflow } from '#machines/compile/compile.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face.ts'

export interface RunNames {
  workflowName: string
  versionNumber: number
}

const ENDED_SHOWN = 20

/** An active run, read from the snapshot. */
export function activeRunView(
  run: RunState,
  compiled: CompiledWorkflow | undefined,
  names: RunNames | undefined,
): RunView {
  const timers = Object.values(run.timers)
    .map(({ dueAt, nodeId }) => ({ dueAt, event: 'timer.fired', nodeId }))
    .toSorted((left, right) => (left.dueAt < right.dueAt ? -1 : 1))
  return {
    id: run.id,
    workflowId: run.workflowId,
    workflowName: names?.workflowName ?? run.workflowId,
    versionId: run.versionId,
    versionNumber: names?.versionNumber ?? 0,
    status: 'active',
    state: run.state,
    states: run.states,
    since: run.since,
    startedAt: run.startedAt,
    finishedAt: null,
    waitingFor: waitingFor(run, compiled),
    timers,
    context: contextOf(run.snapshot.context as unknown as JsonObject),
    error: null,
  }
}

/** What would move the run, for each of its states; the time-out stands beside what it would cut short. */
function waitingFor(run: RunState, compiled: CompiledWorkflow | undefined): RunView['waitingFor'] {
  return run.states.flatMap((state) => {
    const wait = compiled?.waits.get(state)
    if (!wait) return []
    const timeout = Object.values(run.timers).find(({ nodeId }) => nodeId === state)?.dueAt
    const own = wait.effect ? ['effect.done'] : wait.events
    const events = own.length > 0 ? own : ['timer.fired']
    return events.map((event) => (timeout === undefined ? { event } : { event, timeout }))
  })
}

interface EndedRow extends RunNames {
  id: string
  workflowId: string
  versionId: string
  status: RunView['status']
  state: string
  since: Date
  startedAt: Date
  finishedAt: Date | null
  context: JsonObject | null
  error: RunView['error']
}

/** The latest runs that are over, of the contact and those that became it. */
export async function endedRuns(
  records: Records,
  actor: Actor,
  contactIds: string[],
): Promise<RunView[]> {
  const rows: EndedRow[] = await records.execute(endedOf(contactIds), [
    actor.tenantId,
    ...contactIds,
    ENDED_SHOWN,
  ])
  return rows.map((row) => ({
    ...row,
    states: [],
    since: new Date(row.since).toISOString(),
    startedAt: new Date(row.startedAt).toISOString(),
    finishedAt: row.finishedAt ? new Date(row.finishedAt).toISOString() : null,
    waitingFor: [],
    timers: [],
    context: contextOf(row.context ?? {}),
  }))
}

/**
 * What a run of the contact began with that is over; null when there is none by this id.
 * @param contactIds the contact and those that became it
 */
export async function findEnded(
  records: Records,
  { tenantId }: Actor,
  { runId, contactIds }: { runId: string; contactIds: string[] },
): Promise<EndedRun | null> {
  const text = `select workflow_id as "workflowId", version_id as "versionId", context_json as context
    from workflow_runs where tenant_id = ? and id = ? and status <> 'active' and contact_id in (${contactIds.map(() => '?').join(', ')})`
  type Found = Pick<EndedRun, 'workflowId' | 'versionId'> & { context: JsonObject | null }
  const [row]: Found[] = await records.execute(text, [tenantId, runId, ...contactIds])
  if (!row) return null
  const { context, ...names } = row
  const { payload = {}, source } = (context ?? {}) as Partial<EndedRun>
  return { ...names, payload, ...(source !== undefined && { source }) }
}

/** The machine's own book-keeping is of no use to people. */
export function contextOf({
  visit: _visit,
  awaiting: _awaiting,
  error: _error,
  ...context
}: JsonObject): JsonObject {
  return context
}

const endedOf = (
  ids: string[],
): string => `select r.id, r.workflow_id as "workflowId", r.version_id as "versionId", r.status, r.state,
    r.since, r.started_at as "startedAt", r.finished_at as "finishedAt", r.context_json as "context",
    r.error_json as "error", w.name as "workflowName", v.number as "versionNumber"
  from workflow_runs r
  join workflow_versions v on v.tenant_id = r.tenant_id and v.id = r.version_id
  join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id
  where r.tenant_id = ? and r.contact_id in (${ids.map(() => '?').join(', ')}) and r.status <> 'active'
  order by r.started_at desc, r.id desc limit ?`

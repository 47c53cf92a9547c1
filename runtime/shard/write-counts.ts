// Live counters: how many contacts are in each state. One row per state and shard, so only its owner writes it.

import type { RunChange } from '#machines/run/run-state.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { WorkedContact } from './work-batch.ts'

/** Names under which ended runs are counted. */
export const ENDED_COUNTS = { done: '$end', failed: '$failed', stopped: '$stopped' } as const

interface Delta {
  tenantId: string
  workflowId: string
  versionId: string
  state: string
  shard: number
  change: number
}

/** Adds up the moves of the batch and applies them in one statement. */
export async function writeCounts(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const deltas = [...collect(contacts).values()]
    .filter((delta) => delta.change !== 0)
    .toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
  if (deltas.length === 0) return
  await run(db, COUNT, [
    deltas.map((delta) => delta.tenantId),
    deltas.map((delta) => delta.workflowId),
    deltas.map((delta) => delta.versionId),
    deltas.map((delta) => delta.state),
    deltas.map((delta) => delta.shard),
    deltas.map((delta) => delta.change),
  ])
}

function collect(contacts: WorkedContact[]): Map<string, Delta> {
  const deltas = new Map<string, Delta>()
  for (const { work, steps } of contacts) {
    for (const change of steps.flatMap((step) => step.runs)) {
      const { workflowId, versionId, fromVersionId = versionId } = change
      const place = { tenantId: work.tenantId, workflowId, versionId, shard: work.shard }
      for (const state of change.fromStates) {
        add(deltas, { ...place, versionId: fromVersionId, state, change: -1 })
      }
      for (const state of statesNow(change)) add(deltas, { ...place, state, change: 1 })
    }
  }
  return deltas
}

function statesNow({ status, toStates }: RunChange): string[] {
  return status === 'active' ? toStates : [ENDED_COUNTS[status]]
}

function add(deltas: Map<string, Delta>, delta: Delta): void {
  const known = deltas.get(keyOf(delta))
  if (known) known.change += delta.change
  else deltas.set(keyOf(delta), delta)
}

function keyOf({ tenantId, versionId, state, shard }: Delta): string {
  return `${tenantId} ${versionId} ${state} ${shard}`
}

const COUNT = {
  name: 'write_counts',
  text: `insert into state_counts as c (tenant_id, workflow_id, version_id, state, shard, contacts)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::bigint[])
    on conflict (tenant_id, version_id, state, shard) do update set contacts = c.contacts + excluded.contacts`,
}

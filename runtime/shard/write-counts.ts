// Live counters: how many contacts are in each state. One row per state and shard, so only its owner writes it.

import type { RunChange } from '#machines/run/run-state.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { WorkedContact } from './work-batch.ts'

/** Names under which ended runs are counted. */
export const ENDED_COUNTS = { done: '$end', failed: '$failed', stopped: '$stopped' } as const

/** Changes by shard; tenant, version and state are found on the way to them. */
type Shards = Map<number, number>

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
  const deltas = collect(contacts).toSorted(inKeyOrder)
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

/** So that two batches that count in the same rows wait for each other and never in a circle. */
function inKeyOrder(left: Delta, right: Delta): number {
  if (left.tenantId !== right.tenantId) return left.tenantId < right.tenantId ? -1 : 1
  if (left.versionId !== right.versionId) return left.versionId < right.versionId ? -1 : 1
  if (left.state !== right.state) return left.state < right.state ? -1 : 1
  return left.shard - right.shard
}

function collect(contacts: WorkedContact[]): Delta[] {
  const tenants = new Map<string, Map<string, { place: Place; states: Map<string, Shards> }>>()
  const add = (place: Place, state: string, shard: number, change: number): void => {
    const versions = entryOf(tenants, place.tenantId, () => new Map())
    const { states } = entryOf(versions, place.versionId, () => ({ place, states: new Map() }))
    const shards = entryOf(states, state, () => new Map())
    shards.set(shard, (shards.get(shard) ?? 0) + change)
  }
  for (const { work, steps } of contacts) {
    for (const step of steps) for (const change of step.runs) countMove(change, work, add)
  }
  const versions = [...tenants.values()].flatMap((each) => [...each.values()])
  return versions.flatMap(({ place, states }) =>
    [...states].flatMap(([state, shards]) =>
      [...shards].flatMap(([shard, change]) =>
        change === 0 ? [] : [{ ...place, state, shard, change }],
      ),
    ),
  )
}

type Place = Pick<Delta, 'tenantId' | 'workflowId' | 'versionId'>
type Add = (place: Place, state: string, shard: number, change: number) => void

function countMove(change: RunChange, { tenantId, shard }: WorkedContact['work'], add: Add): void {
  const { workflowId, versionId, fromVersionId = versionId } = change
  for (const state of change.fromStates) {
    add({ tenantId, workflowId, versionId: fromVersionId }, state, shard, -1)
  }
  for (const state of statesNow(change)) add({ tenantId, workflowId, versionId }, state, shard, 1)
}

function statesNow({ status, toStates }: RunChange): string[] {
  return status === 'active' ? toStates : [ENDED_COUNTS[status]]
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known) return known
  const made = make()
  map.set(key, made)
  return made
}

const COUNT = {
  name: 'write_counts',
  text: `insert into state_counts as c (tenant_id, workflow_id, version_id, state, shard, contacts)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::bigint[])
    on conflict (tenant_id, version_id, state, shard) do update set contacts = c.contacts + excluded.contacts`,
}

// Due timers become envelopes, in due order, by the database clock (I7). A timer row is removed in the transaction
// that makes its envelope, so it fires once; the actor compares the generation, so an outdated one moves nothing.

import type { Pool } from 'pg'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { inTransaction, type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import { type LeaseKeeper, lockLeases } from '../shard/lease.ts'

/** About so many timers fire in one transaction, divided among the shards that have some. */
const BATCH_SIZE = 2000
const POLL_MS = 500

interface DueRow {
  tenant_id: string
  contact_id: string
  run_id: string
  timer_id: string
  node_id: string
  generation: number
  shard: number
  due_at: Date
}

export interface TimerLoopOptions {
  pool: Pool
  workerId: string
  leases: LeaseKeeper
  logger: Logger
  /** Told when timers fired. */
  onFired?: () => void
}

/** Creates the loop that fires due timers of the owned shards. */
export function createTimerLoop(options: TimerLoopOptions): Loop {
  return createLoop({
    name: 'timers',
    pollMs: POLL_MS,
    logger: options.logger,
    turn: async () => {
      const { count, isMore } = await fireDue(options)
      if (count > 0) options.onFired?.()
      return isMore
    },
  })
}

export interface Fired {
  count: number
  /** A shard may have more that is due. */
  isMore: boolean
}

/** Fires what is due in the owned shards, of each shard the earliest first. */
export async function fireDue({
  pool,
  workerId,
  leases,
}: Omit<TimerLoopOptions, 'logger'>): Promise<Fired> {
  const nothing = { count: 0, isMore: false }
  const owned = leases.owned()
  if (owned.size === 0) return nothing
  const due = await run<{ shard: number }>(pool, DUE_SHARDS, [[...owned.keys()]])
  const shards = new Map(due.map(({ shard }) => [shard, owned.get(shard) ?? -1]))
  if (shards.size === 0) return nothing
  return inTransaction(pool, async (db) => {
    const lost = await lockLeases(db, workerId, shards)
    const mine = [...shards.keys()].filter((shard) => !lost.includes(shard))
    leases.drop(lost)
    return fireShards(db, mine)
  })
}

async function fireShards(db: Queryable, shards: number[]): Promise<Fired> {
  const share = Math.ceil(BATCH_SIZE / Math.max(shards.length, 1))
  const rows = await run<DueRow>(db, TAKE_DUE, [shards, share])
  const inOrder = rows.toSorted((left, right) => left.due_at.getTime() - right.due_at.getTime())
  await enqueueEnvelopes(
    db,
    inOrder.map((row) => ({ envelope: envelopeOf(row), shard: row.shard })),
  )
  const taken = new Map<number, number>()
  for (const { shard } of rows) taken.set(shard, (taken.get(shard) ?? 0) + 1)
  return { count: rows.length, isMore: [...taken.values()].includes(share) }
}

function envelopeOf(row: DueRow): Envelope {
  const eventId = createId('event')
  return {
    event_id: eventId,
    tenant_id: row.tenant_id,
    contact_id: row.contact_id,
    type: 'timer.fired',
    source: 'timer',
    occurred_at: row.due_at.toISOString(),
    correlation_id: eventId,
    payload: {
      runId: row.run_id,
      timerId: row.timer_id,
      nodeId: row.node_id,
      generation: row.generation,
    },
  }
}

/** `now()` is fixed within a statement, so the index ends each shard's search; `clock_timestamp()` would read it all. */
const DUE_SHARDS = {
  name: 'due_shards',
  text: `select shard from unnest($1::smallint[]) as owned(shard)
    where exists (select 1 from timers t where t.shard = owned.shard and t.due_at <= now())`,
}

const TAKE_DUE = {
  name: 'take_due_timers',
  text: `with due as (
      select t.tenant_id, t.contact_id, t.run_id, t.timer_id
      from unnest($1::smallint[]) as owned(shard) cross join lateral (
        select tenant_id, contact_id, run_id, timer_id from timers
        where shard = owned.shard and due_at <= now()
        order by due_at limit $2 for update skip locked) t)
    delete from timers t using due
    where t.tenant_id = due.tenant_id and t.contact_id = due.contact_id
      and t.run_id = due.run_id and t.timer_id = due.timer_id
    returning t.tenant_id, t.contact_id, t.run_id, t.timer_id, t.node_id, t.generation, t.shard, t.due_at`,
}

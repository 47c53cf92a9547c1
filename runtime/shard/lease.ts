// Who owns which shards. A worker keeps itself alive with one row; a shard changes hands by a higher epoch (I8).
// Expiry is judged by the database clock only. A worker that could not confirm its own lease in time owns nothing by
// its own monotonic clock, whatever it remembers: that is how one that was frozen steps down by itself.

import type { Pool } from 'pg'
import { inTransaction, type Queryable, run } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { SHARD_COUNT } from './shard-of.ts'

/** Epoch of each owned shard. */
export type Leases = ReadonlyMap<number, number>

export interface LeaseKeeper {
  /** None when the last sign of life is older than the lease. */
  owned(): Leases
  /** Keeps the worker alive, takes what is free and assigned to it, gives back what is not. */
  renew(): Promise<Leases>
  /** Renews when it is time, when a worker came or went, or when a shard is still in other hands; else only looks. */
  look(): Promise<void>
  /** Drops a shard at once, because it was found in other hands when something was to be written. */
  drop(shards: readonly number[]): void
  /** How many shards were dropped so far. */
  conflicts(): number
  release(): Promise<void>
}

/** Part of a lease after which it is renewed: two renewals may fail. */
const RENEWAL_SHARE = 0.3
const NOTHING: Leases = new Map()

/** @param leaseSeconds how long a silent worker keeps its shards */
export function createLeaseKeeper(pool: Pool, workerId: string, leaseSeconds: number): LeaseKeeper {
  const leaseMs = leaseSeconds * 1000
  let owned: Map<number, number> = new Map()
  let droppedMeanwhile = new Set<number>()
  let conflicts = 0
  /** When the last sign of life that arrived was sent. */
  let aliveAt = -Infinity
  /** Who was there when the shards were dealt out, and whether all that is this worker's was free. */
  let dealt = { among: '', isComplete: false }
  const age = (): number => performance.now() - aliveAt

  /** On its own: a hand-over may wait for a batch, the sign of life must not. */
  async function signal(): Promise<void> {
    const isNew = age() >= leaseMs
    // Others may have had its shards meanwhile: what it remembers must not come to life again.
    if (isNew) owned = new Map()
    const sentAt = performance.now()
    await run(pool, HEARTBEAT, [workerId, leaseSeconds])
    aliveAt = sentAt
    if (isNew) noticeAfterCommit(pool, CHANNELS.leases)
  }

  async function renew(): Promise<Leases> {
    const dropped = new Set<number>()
    droppedMeanwhile = dropped
    await signal()
    const now = await inTransaction(pool, async (db) => {
      const workers = await liveWorkers(db)
      const mine = shardsFor(workerId, workers)
      await giveBack(db, workerId, mine)
      await run(db, TAKE, [workerId, mine])
      const taken = await ownedShards(db, workerId)
      dealt = { among: workers.join(), isComplete: taken.size === mine.length }
      return taken
    })
    // What was dropped while this ran waits for the next look.
    for (const shard of dropped) now.delete(shard)
    owned = now
    return owned
  }

  return {
    owned: () => (age() < leaseMs ? owned : NOTHING),
    renew,
    look: async () => {
      const isDue = age() >= leaseMs * RENEWAL_SHARE || !dealt.isComplete
      if (isDue || (await liveWorkers(pool)).join() !== dealt.among) await renew()
    },
    drop: (shards) => {
      conflicts += shards.length
      for (const shard of shards) {
        droppedMeanwhile.add(shard)
        owned.delete(shard)
        dealt.isComplete = false
      }
    },
    conflicts: () => conflicts,
    release: async () => {
      owned = new Map()
      await inTransaction(pool, async (db) => {
        await run(db, LEAVE, [workerId])
        await giveBack(db, workerId, [])
        noticeAfterCommit(db, CHANNELS.leases)
      })
    },
  }
}

/** Removes every other worker: for a data folder that only this process can have open. */
export async function forgetWorkers(pool: Pool): Promise<void> {
  await pool.query('delete from workers')
}

/**
 * Locks the leases of a batch against a change of hands until its transaction ends.
 * @returns the shards that are no longer owned under the given epoch
 */
export async function lockLeases(
  db: Queryable,
  workerId: string,
  leases: Leases,
): Promise<number[]> {
  const rows = await run<{ shard: number; epoch: number }>(db, LOCK, [[...leases.keys()], workerId])
  const valid = new Map(rows.map((row) => [row.shard, row.epoch]))
  return [...leases].filter(([shard, epoch]) => valid.get(shard) !== epoch).map(([shard]) => shard)
}

/** The others hear of it with the commit and need not wait for their next look. */
async function giveBack(db: Queryable, workerId: string, kept: number[]): Promise<void> {
  const given = await run(db, GIVE_BACK, [workerId, kept])
  if (given.length > 0) noticeAfterCommit(db, CHANNELS.leases)
}

async function liveWorkers(db: Queryable): Promise<string[]> {
  return (await run<{ id: string }>(db, LIVE_WORKERS)).map(({ id }) => id)
}

async function ownedShards(db: Queryable, workerId: string): Promise<Map<number, number>> {
  const rows = await run<{ shard: number; epoch: number }>(db, OWNED, [workerId])
  return new Map(rows.map((row) => [row.shard, row.epoch]))
}

/** Rendezvous hashing: a worker that comes or goes moves only its own share. */
function shardsFor(workerId: string, workers: string[]): number[] {
  const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard)
  return shards.filter((shard) => {
    const own = weight(workerId, shard)
    return workers.every((other) => {
      const rival = weight(other, shard)
      return other === workerId || rival < own || (rival === own && other < workerId)
    })
  })
}

/** FNV-1a with a final mix, so that neighbouring shards spread. */
function weight(workerId: string, shard: number): number {
  let hash = 0x811c9dc5
  for (const char of `${shard}:${workerId}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A sign of life need not outlast a crash of the database: it does not wait for the disk, however slow that is. */
const HEARTBEAT = {
  name: 'worker_heartbeat',
  text: `with quick as materialized (select set_config('synchronous_commit', 'off', true))
    insert into workers (id, expires_at)
    select $1, clock_timestamp() + make_interval(secs => $2) from quick
    on conflict (id) do update set expires_at = excluded.expires_at`,
}
const LIVE_WORKERS = {
  name: 'live_workers',
  text: 'select id from workers where expires_at > clock_timestamp() order by id',
}
/** Rows are locked by shard number everywhere, so that workers wait for each other and never in a circle. */
const GIVE_BACK = {
  name: 'give_back_shards',
  text: `with given as (
      select shard from shard_leases where owner = $1 and shard <> all($2::smallint[])
      order by shard for update)
    update shard_leases l set owner = null from given where l.shard = given.shard returning l.shard`,
}
/** What a frozen worker's transaction still holds is taken at a later look; the rest need not wait for it. */
const TAKE = {
  name: 'take_shards',
  text: `with free as (
      select shard from shard_leases l
      where shard = any($2::smallint[]) and owner is distinct from $1
        and not exists (select 1 from workers w where w.id = l.owner and w.expires_at > clock_timestamp())
      order by shard for update skip locked)
    update shard_leases l set owner = $1, epoch = l.epoch + 1 from free where l.shard = free.shard`,
}
const OWNED = {
  name: 'owned_shards',
  text: 'select shard, epoch from shard_leases where owner = $1',
}
const LOCK = {
  name: 'lock_leases',
  text: `select shard, epoch from shard_leases where shard = any($1::smallint[]) and owner = $2
    order by shard for share`,
}
const LEAVE = { name: 'worker_leave', text: 'delete from workers where id = $1' }

// Readiness by progress: a worker that has waiting work and finishes none is not ready, however well it answers a ping.

import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { inTransaction, run } from './db/pool.ts'
import type { Runtime } from './face.ts'

type Health = Awaited<ReturnType<Runtime['health']['ready']>>
type Check = Health['checks'][string]

/** Work that lies for so long while nothing is finished means that the worker is stuck. */
const STUCK_SECONDS = 30

export interface Progress {
  /** Steps committed by this process since its start. */
  steps: number
  /** When the last batch was committed, by this process's own monotonic clock. */
  lastCommitAt: number
  /** When the last effect was attempted, by the same clock. */
  lastAttemptAt: number
  /** When timers last fired, by the same clock. */
  lastFiredAt: number
}

/** The progress of a process that has just started. */
export function createProgress(): Progress {
  const now = performance.now()
  return { steps: 0, lastCommitAt: now, lastAttemptAt: now, lastFiredAt: now }
}

export interface HealthOptions {
  pool: Pool
  progress: Progress
  isWorker: boolean
  /** Shards owned now. */
  ownedShards: () => number[]
  /** False while Redis is away: effects then go out all the same, only later. */
  isQueueUp?: () => boolean
  /** Whether effects may leave at all. */
  gate?: { isOpen(): Promise<boolean> }
}

/** Looks at the database, at the worker's progress, and at what it can do without. */
export async function readHealth(options: HealthOptions): Promise<Health> {
  const needed: Health['checks'] = { database: await checkDatabase(options.pool) }
  if (needed['database']?.ok && options.isWorker) {
    needed['worker'] = await checked(() => checkMailbox(options))
    needed['timers'] = await checked(() => checkTimers(options))
    needed['executor'] = await checked(() => checkExecutor(options))
  }
  if (!Object.values(needed).every((check) => check.ok)) {
    return { status: 'failing', checks: needed }
  }
  const missing = await findMissing(options)
  const status = Object.keys(missing).length === 0 ? 'ok' : 'degraded'
  return { status, checks: { ...needed, ...missing } }
}

/** What the process can do without for a while. */
async function findMissing({ isQueueUp, gate }: HealthOptions): Promise<Health['checks']> {
  const queue = { ok: false, detail: 'the job queue does not answer; effects leave without it' }
  const dispatch = { ok: false, detail: 'sending is paused; everything else goes on' }
  return {
    ...(isQueueUp?.() === false && { queue }),
    ...(gate && !(await gate.isOpen()) && { dispatch }),
  }
}

async function checked(check: () => Promise<Check>): Promise<Check> {
  try {
    return await check()
  } catch {
    return { ok: false, detail: 'the database does not answer' }
  }
}

/** Writes and takes it back, so that no other process ever sees the row and no two checks meet. */
async function checkDatabase(pool: Pool): Promise<Check> {
  const undone = new Error('undone')
  try {
    await inTransaction(pool, async (db) => {
      await run(db, WRITE, [`probe_${randomUUID()}`])
      throw undone
    })
  } catch (error) {
    if (error !== undone) return { ok: false, detail: 'the database does not take a write' }
  }
  return { ok: true }
}

/** Late work counts only when this process did nothing of its kind for as long. */
const isStuck = (lateSeconds: number, lastAt: number): boolean =>
  lateSeconds > STUCK_SECONDS && (performance.now() - lastAt) / 1000 > STUCK_SECONDS

async function checkMailbox({ pool, progress, ownedShards }: HealthOptions): Promise<Check> {
  const shards = ownedShards()
  if (shards.length === 0) return { ok: true, detail: 'no shards yet' }
  const [row] = await run<{ age: number | null }>(pool, OLDEST, [shards])
  const age = row?.age ?? 0
  const detail = `${shards.length} shards, ${progress.steps} steps`
  if (!isStuck(age, progress.lastCommitAt)) return { ok: true, detail }
  return {
    ok: false,
    detail: `${detail}; the oldest envelope waits ${Math.round(age)} s and nothing is done`,
  }
}

async function checkTimers({ pool, progress, ownedShards }: HealthOptions): Promise<Check> {
  const [row] = await run<{ lag: number | null }>(pool, EARLIEST_TIMER, [ownedShards()])
  const lag = row?.lag ?? 0
  if (!isStuck(lag, progress.lastFiredAt)) return { ok: true }
  return { ok: false, detail: `a timer is ${Math.round(lag)} s late and none fires` }
}

/** BullMQ can stop without a word: dispatched effects that nobody attempts tell it. */
async function checkExecutor({ pool, progress, gate }: HealthOptions): Promise<Check> {
  if (gate && !(await gate.isOpen())) return { ok: true, detail: 'sending is paused' }
  const [row] = await run<{ age: number }>(pool, OLDEST_EFFECT)
  if (!row || !isStuck(row.age, progress.lastAttemptAt)) return { ok: true }
  return {
    ok: false,
    detail: `the oldest effect waits ${Math.round(row.age)} s and none is attempted`,
  }
}

const WRITE = {
  name: 'health_write',
  text: `insert into workers (id, expires_at) values ($1, '-infinity')`,
}

/** Parked and resting envelopes, and those behind them, wait for a person or a moment and not for the worker. */
const OLDEST = {
  name: 'oldest_envelope',
  text: `select extract(epoch from clock_timestamp() - min(m.accepted_at))::float8 as age
    from unnest($1::smallint[]) as owned(shard) cross join lateral (
      select m.accepted_at from mailbox m where m.shard = owned.shard and not exists (
        select 1 from mailbox held
        where held.shard = m.shard and held.tenant_id = m.tenant_id and held.contact_id = m.contact_id
          and held.attempts > 0 and held.id <= m.id)
      order by m.id limit 1) m`,
}

const EARLIEST_TIMER = {
  name: 'earliest_timer',
  text: `select extract(epoch from clock_timestamp() - min(t.due_at))::float8 as lag
    from unnest($1::smallint[]) as owned(shard) cross join lateral (
      select due_at from timers where shard = owned.shard order by due_at limit 1) t`,
}

const OLDEST_EFFECT = {
  name: 'oldest_effect',
  text: `select extract(epoch from clock_timestamp() - next_at)::float8 as age from outbox
    where status = 'dispatched' order by next_at limit 1`,
}

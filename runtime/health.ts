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
}

/** The progress of a process that has just started. */
export function createProgress(): Progress {
  const now = performance.now()
  return { steps: 0, lastCommitAt: now, lastAttemptAt: now }
}

export interface HealthOptions {
  pool: Pool
  progress: Progress
  isWorker: boolean
  /** Shards owned now. */
  ownedShards: () => number[]
}

/** Looks at the database and at the worker's progress. */
export async function readHealth(options: HealthOptions): Promise<Health> {
  const checks: Health['checks'] = { database: await checkDatabase(options.pool) }
  if (checks['database']?.ok && options.isWorker) {
    checks['worker'] = await checked(() => checkWorker(options))
    checks['executor'] = await checked(() => checkExecutor(options))
  }
  const isOk = Object.values(checks).every((check) => check.ok)
  return { status: isOk ? 'ok' : 'failing', checks }
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

async function checkWorker({ pool, progress, ownedShards }: HealthOptions): Promise<Check> {
  const shards = ownedShards()
  const [row] = await run<{ age: number | null }>(pool, OLDEST, [shards])
  const age = row?.age ?? 0
  const idle = (performance.now() - progress.lastCommitAt) / 1000
  const detail = `${shards.length} shards, ${progress.steps} steps`
  if (shards.length === 0) return { ok: true, detail: 'no shards yet' }
  if (age > STUCK_SECONDS && idle > STUCK_SECONDS) {
    return {
      ok: false,
      detail: `${detail}; the oldest envelope waits ${Math.round(age)} s and nothing is done`,
    }
  }
  return { ok: true, detail }
}

/** BullMQ can stop without a word: dispatched effects that nobody attempts tell it. */
async function checkExecutor({ pool, progress }: HealthOptions): Promise<Check> {
  const [row] = await run<{ age: number }>(pool, OLDEST_EFFECT)
  const idle = (performance.now() - progress.lastAttemptAt) / 1000
  if (row && row.age > STUCK_SECONDS && idle > STUCK_SECONDS) {
    return {
      ok: false,
      detail: `the oldest effect waits ${Math.round(row.age)} s and none is attempted`,
    }
  }
  return { ok: true }
}

const WRITE = {
  name: 'health_write',
  text: `insert into workers (id, expires_at) values ($1, '-infinity')`,
}

/** Parked and resting envelopes, and those behind them, wait for a person or a moment and not for the worker. */
const OLDEST = {
  name: 'oldest_envelope',
  text: `select extract(epoch from clock_timestamp() - m.accepted_at)::float8 as age from mailbox m
    where m.shard = any($1::smallint[]) and not exists (
      select 1 from mailbox held
      where held.shard = m.shard and held.tenant_id = m.tenant_id and held.contact_id = m.contact_id
        and held.attempts > 0 and held.id <= m.id)
    order by m.id limit 1`,
}

const OLDEST_EFFECT = {
  name: 'oldest_effect',
  text: `select extract(epoch from clock_timestamp() - next_at)::float8 as age from outbox
    where status = 'dispatched' order by next_at limit 1`,
}

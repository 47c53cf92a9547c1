// Readiness by progress: a worker that has waiting work and finishes none is not ready, however well it answers a ping.

import type { Pool } from 'pg'
import { run } from './db/pool.ts'
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
  if (checks['database']?.ok && options.isWorker) checks['worker'] = await checkWorker(options)
  const isOk = Object.values(checks).every((check) => check.ok)
  return { status: isOk ? 'ok' : 'failing', checks }
}

async function checkDatabase(pool: Pool): Promise<Check> {
  try {
    await run(pool, WRITE)
    return { ok: true }
  } catch {
    return { ok: false, detail: 'the database does not take a write' }
  }
}

async function checkWorker({ pool, progress, ownedShards }: HealthOptions): Promise<Check> {
  const shards = ownedShards()
  const [row] = await run<{ age: number | null }>(pool, OLDEST, [shards])
  const age = row?.age ?? 0
  const idle = (performance.now() - progress.lastCommitAt) / 1000
  const detail = `${shards.length} shards, ${progress.steps} steps`
  if (shards.length === 0) return { ok: true, detail: 'no shards yet' }
  if (age > STUCK_SECONDS && idle > STUCK_SECONDS) {
    return { ok: false, detail: `${detail}; the oldest envelope waits ${Math.round(age)} s and nothing is done` }
  }
  return { ok: true, detail }
}

const WRITE = {
  name: 'health_write',
  text: `insert into workers (id, expires_at) values ('health', '-infinity')
    on conflict (id) do update set expires_at = '-infinity'`,
}

/** Parked envelopes wait for a person, not for the worker. */
const OLDEST = {
  name: 'oldest_envelope',
  text: `select extract(epoch from clock_timestamp() - accepted_at)::float8 as age from mailbox
    where shard = any($1::smallint[]) and attempts = 0 order by id limit 1`,
}

// Everything that a worker process runs: shards, timers, dispatcher and executor, started and stopped together.

import type { Pool } from 'pg'
import type { ConnectorRegistry } from './connectors/registry.ts'
import type { SecretBox } from './db/secret-box.ts'
import type { Egress } from './egress/egress.ts'
import type { Progress } from './health.ts'
import { createId } from './ids.ts'
import type { Logger } from './log.ts'
import { createLoop } from './loop.ts'
import { createMigrationLoop } from './migration/migration-loop.ts'
import { recoverAll } from './outbox/dispatch.ts'
import { createDispatcher } from './outbox/dispatcher.ts'
import { performEffect } from './outbox/perform.ts'
import type { EffectQueue } from './outbox/queue.ts'
import { createLeaseKeeper, forgetWorkers } from './shard/lease.ts'
import { createShardWorker } from './shard/shard-worker.ts'
import type { TenantFactsCache } from './shard/tenant-facts.ts'
import { createScheduleLoop } from './schedule/fire-schedules.ts'
import { createTimerLoop } from './timer/fire-due.ts'

export interface WorkerOptions {
  pool: Pool
  queue: EffectQueue
  connectors: ConnectorRegistry
  egress: Egress
  secretBox: SecretBox
  facts: TenantFactsCache
  logger: Logger
  progress: Progress
  leaseSeconds: number
  uncertainSeconds: number
  /** Nobody else can have this database open, so nothing of an earlier process is still under way. */
  isAlone: boolean
}

export interface Worker {
  ownedShards(): number[]
  wakeMailbox(): void
  wakeOutbox(): void
  /** Looks for shards that became free. */
  wakeLeases(): void
  stop(): Promise<void>
}

/** Attempts under way may end by themselves in this time. */
const GRACE_MS = 3_000

/** Starts a worker; resolves when it owns its shards. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { pool, queue, logger, progress, leaseSeconds, uncertainSeconds } = options
  const workerId = createId('worker')
  if (options.isAlone) await recoverAlone(options)
  const leases = createLeaseKeeper(pool, workerId, leaseSeconds)
  const shards = createShardWorker({
    pool,
    workerId,
    leases,
    facts: options.facts,
    logger,
    onCommitted: (steps) => {
      progress.steps += steps
      progress.lastCommitAt = performance.now()
    },
  })
  const timers = createTimerLoop({ pool, workerId, leases, logger })
  const schedules = createScheduleLoop(pool, logger)
  const dispatcher = createDispatcher({ pool, queue, logger, uncertainSeconds })
  const renewal = createLoop({
    name: 'leases',
    pollMs: (leaseSeconds * 1000) / 3,
    logger,
    turn: async () => {
      await leases.renew()
      return false
    },
  })
  const migrations = createMigrationLoop({ pool, facts: options.facts, logger })
  const loops = [shards, timers, schedules, dispatcher, migrations, renewal]
  const stopping = new AbortController()
  await queue.work(async (job) => {
    await performEffect(job, { ...options, stopping: stopping.signal })
    progress.lastAttemptAt = performance.now()
  })
  await leases.renew()
  for (const loop of loops) loop.start()
  return {
    ownedShards: () => [...leases.owned().keys()],
    wakeMailbox: shards.wake,
    wakeOutbox: dispatcher.wake,
    wakeLeases: renewal.wake,
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
      // First the shards, so that the others go on while attempts under way come to their end.
      await leases
        .release()
        .catch((error: unknown) => logger.warn({ err: error }, 'leases run out by themselves'))
      const cut = setTimeout(() => stopping.abort(), GRACE_MS)
      await queue.close()
      clearTimeout(cut)
    },
  }
}

async function recoverAlone({ pool, queue, uncertainSeconds }: WorkerOptions): Promise<void> {
  await forgetWorkers(pool)
  await queue.clear()
  await recoverAll(pool, uncertainSeconds)
}

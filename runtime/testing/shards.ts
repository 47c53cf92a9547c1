// The shard worker's own loop over every shard, without timers, dispatcher and executor: what a measurement drains with.

import type { Pool } from 'pg'
import { createId } from '../ids.ts'
import { createLogger } from '../log.ts'
import type { Committed } from '../shard/commit-batch.ts'
import { createLeaseKeeper, forgetWorkers } from '../shard/lease.ts'
import { createShardWorker, type ShardWorkerOptions } from '../shard/shard-worker.ts'
import { createTenantFactsCache } from '../shard/tenant-facts.ts'

/** No round takes longer; nobody renews meanwhile. */
const LEASE_SECONDS = 600

export interface TestShards {
  /** Runs the loop until so many Steps are committed. What waits before that stays where it is. */
  drain(steps: number): Promise<void>
}

/** Takes every shard of the database; nobody else may work on it. */
export async function createTestShards(
  pool: Pool,
  given: Pick<ShardWorkerOptions, 'batchSize'> = {},
): Promise<TestShards> {
  await forgetWorkers(pool)
  const workerId = createId('worker')
  const leases = createLeaseKeeper(pool, workerId, LEASE_SECONDS)
  const facts = createTenantFactsCache()
  const logger = createLogger('error')
  return {
    drain: async (steps) => {
      await leases.renew()
      let left = steps
      const finished = Promise.withResolvers<void>()
      const onCommitted = (committed: Committed): void => {
        left -= committed.steps
        if (left <= 0) finished.resolve()
      }
      const loop = createShardWorker({
        pool,
        workerId,
        leases,
        facts,
        logger,
        onCommitted,
        ...given,
      })
      loop.start()
      await finished.promise
      await loop.stop()
    },
  }
}

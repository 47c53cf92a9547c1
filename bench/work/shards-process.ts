// A process that works off shards as a worker does, without timers, dispatcher and executor. Its parent tells it when.
// Several of them on one database divide the shards among themselves.

import { openPools } from '../../runtime/db/pools.ts'
import { createId } from '../../runtime/ids.ts'
import { createLogger } from '../../runtime/log.ts'
import type { Loop } from '../../runtime/loop.ts'
import { createLeaseKeeper } from '../../runtime/shard/lease.ts'
import { createShardWorker } from '../../runtime/shard/shard-worker.ts'
import { createTenantFactsCache } from '../../runtime/shard/tenant-facts.ts'
import { createTeardown } from '../../runtime/teardown.ts'
import { answerParent, type Commands } from '../lib/answer-parent.ts'

/** Longer than any measurement; nobody renews while one runs. */
const LEASE_SECONDS = 3_600

const pools = openPools(process.env['BENCH_DATABASE_URL'] ?? '', createTeardown(), () => {})
const workerId = createId('worker')
const leases = createLeaseKeeper(pools.leases, workerId, LEASE_SECONDS)
const facts = createTenantFactsCache()
const logger = createLogger('error')
let loop: Loop | null = null
let steps = 0

const COMMANDS = {
  /** Says that it lives, and takes its share of the shards as far as they are free. */
  renew: async () => ({ owned: (await leases.renew()).size }),
  run: () => {
    const onCommitted = (committed: { steps: number }): void => void (steps += committed.steps)
    loop = createShardWorker({ pool: pools.work, workerId, leases, facts, logger, onCommitted })
    loop.start()
    return {}
  },
  wake: () => {
    loop?.wake()
    return {}
  },
  /** Committed since its start. */
  count: () => ({ steps }),
  halt: async () => {
    await loop?.stop()
    return {}
  },
} satisfies Commands

export type Command = keyof typeof COMMANDS

answerParent(COMMANDS)

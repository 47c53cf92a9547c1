// The loop between outbox and executor: performs local effects, dispatches the others, sweeps what got lost.

import type { Pool } from 'pg'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { findLostJobs, resolveUncertain, takeDispatchable } from './dispatch.ts'
import { LOCAL_KINDS, performLocalEffects } from './local-effects.ts'
import type { EffectQueue } from './queue.ts'

const POLL_MS = 500
const SWEEP_MS = 2_000

export interface DispatcherOptions {
  pool: Pool
  queue: EffectQueue
  logger: Logger
  uncertainSeconds: number
}

/** Creates the dispatcher; any number of processes may run one. */
export function createDispatcher(options: DispatcherOptions): Loop {
  const { pool, queue, logger } = options
  let sweptAt = 0

  async function sweep(): Promise<void> {
    if (performance.now() - sweptAt < SWEEP_MS) return
    sweptAt = performance.now()
    await resolveUncertain(pool, options.uncertainSeconds)
    await queue.add(await findLostJobs(pool))
  }

  return createLoop({
    name: 'dispatcher',
    pollMs: POLL_MS,
    logger,
    turn: async () => {
      const isMoreLocal = await performLocalEffects(pool)
      const jobs = await takeDispatchable(pool, LOCAL_KINDS)
      await queue.add(jobs)
      await sweep()
      return isMoreLocal || jobs.length > 0
    },
  })
}

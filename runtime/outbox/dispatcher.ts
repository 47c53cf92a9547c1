// The loop between outbox and executor: performs local effects, finds what nobody took on, sweeps what got lost. What
// this process has room for it sends itself; the queue carries the rest to others.

import type { Pool } from 'pg'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { withLimit } from '../with-limit.ts'
import { findLostJobs, resolveUncertain, takeDispatchable } from './dispatch.ts'
import type { Executor } from './executor/executor.ts'
import { LOCAL_KINDS, performLocalEffects } from './local/local-effects.ts'
import type { EffectJob, EffectQueue } from './queue.ts'
import type { Gate } from './gate/watched-gate.ts'

const POLL_MS = 500
const SWEEP_MS = 2_000
/** A queue that takes longer is away; what it should have carried is found again as lost. */
const QUEUE_MS = 2_000
/** With a direct road: what is younger is in the hands of the process that committed it. */
const LAIN_MS = 250
/** With a direct road nothing new has to be found here at once. */
const SPACING_MS = 100
const SOON_MS = 100

export interface DispatcherOptions {
  pool: Pool
  queue: Pick<EffectQueue, 'add'>
  /** Takes on what it has room for; null when all goes through the queue. */
  executor: Pick<Executor, 'offer'> | null
  logger: Logger
  uncertainSeconds: number
  gate?: Gate
}

export interface Dispatcher extends Loop {
  /** Looks before long, once for all that is told meanwhile. */
  wakeSoon(): void
}

/** Creates the dispatcher; any number of processes may run one. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { pool, queue, executor, logger, gate } = options
  const spacingMs = executor ? SPACING_MS : 0
  let sweptAt = -Infinity
  let dispatchedAt = -Infinity
  let soon: NodeJS.Timeout | null = null

  const loop = createLoop({
    name: 'dispatcher',
    pollMs: POLL_MS,
    logger,
    turn: async () => {
      const isMoreLocal = await performLocalEffects(pool)
      if (gate && !(await gate.isOpen())) return isMoreLocal
      const isMore = await dispatch()
      await sweep()
      return isMoreLocal || isMore
    },
  })

  async function dispatch(): Promise<boolean> {
    if (performance.now() - dispatchedAt < spacingMs) return false
    const jobs = await takeDispatchable(pool, LOCAL_KINDS, executor ? LAIN_MS : 0)
    dispatchedAt = performance.now()
    await hand(jobs)
    return jobs.length > 0
  }

  async function sweep(): Promise<void> {
    if (performance.now() - sweptAt < SWEEP_MS) return
    sweptAt = performance.now()
    await resolveUncertain(pool, options.uncertainSeconds)
    await hand(await findLostJobs(pool))
  }

  async function hand(jobs: EffectJob[]): Promise<void> {
    const rest = executor ? executor.offer(jobs) : jobs
    const adding = queue.add(rest)
    adding.catch((error: unknown) => logger.warn({ err: error }, 'effects were not queued'))
    await withLimit(
      adding.catch(() => null),
      QUEUE_MS,
    )
  }

  function wakeSoon(): void {
    soon ??= setTimeout(() => {
      soon = null
      loop.wake()
    }, SOON_MS)
  }

  return {
    ...loop,
    wakeSoon: executor ? wakeSoon : loop.wake,
    stop: async () => {
      if (soon) clearTimeout(soon)
      await loop.stop()
    },
  }
}

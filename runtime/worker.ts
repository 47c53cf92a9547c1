// Everything that a worker process runs: shards, timers, dispatcher and executor, started and stopped together.

import type { Pool } from 'pg'
import { createActLoop } from './state-acts/act-loop.ts'
import type { ConnectorRegistry } from './connectors/registry.ts'
import type { SecretBox } from './db/secret-box.ts'
import type { Egress } from './egress/egress.ts'
import type { Progress } from './health.ts'
import { createId } from './ids.ts'
import type { Logger } from './log.ts'
import { createLoop, type Loop } from './loop.ts'
import { createMigrationLoop } from './migration/migration-loop.ts'
import { recoverAll } from './outbox/dispatch.ts'
import { createDispatcher, type Dispatcher } from './outbox/dispatcher.ts'
import { createExecutor, type Executor } from './outbox/executor/executor.ts'
import { LOCAL_KINDS } from './outbox/local/local-effects.ts'
import type { EffectQueue } from './outbox/queue.ts'
import { type Gate, watchGate } from './outbox/gate/watched-gate.ts'
import { createLeaseKeeper, forgetWorkers, type LeaseKeeper } from './shard/lease.ts'
import { createShardWorker } from './shard/shard-worker.ts'
import type { CommittedEffect } from './shard/write-effects.ts'
import type { TenantFactsCache } from './shard/tenant-facts.ts'
import { createScheduleLoop } from './schedule/fire-schedules.ts'
import { createTimerLoop } from './timer/fire-due.ts'

export interface WorkerOptions {
  pool: Pool
  /** For signs of life alone: they wait for no connection that work has. */
  leasePool: Pool
  queue: EffectQueue
  connectors: ConnectorRegistry
  egress: Egress
  secretBox: SecretBox
  facts: TenantFactsCache
  logger: Logger
  progress: Progress
  leaseSeconds: number
  uncertainSeconds: number
  stateCacheMb?: number | undefined
  /** In front of everything that leaves. */
  gate?: Gate
  /** False: every effect takes the way over the queue. */
  isDirect?: boolean
  /** Nobody else can have this database open, so nothing of an earlier process is still under way. */
  isAlone: boolean
}

export interface Worker {
  ownedShards(): number[]
  /** False while the job queue is away. */
  isQueueUp(): boolean
  /** How often a shard was found in other hands. */
  epochConflicts(): number
  wakeMailbox(): void
  wakeOutbox(): void
  /** Looks for shards that became free. */
  wakeLeases(): void
  stop(): Promise<void>
}

/** A shard whose owner died is taken so long after its lease ran out. */
const LOOK_MS = 1_000
/** Attempts at the same time. */
const ATTEMPTS = 128
const LOCAL: ReadonlySet<string> = new Set(LOCAL_KINDS)
const outgoingOf = (effects: CommittedEffect[]): CommittedEffect[] =>
  effects.filter(({ kind }) => !LOCAL.has(kind))
/** Attempts under way may end by themselves in this time. */
const GRACE_MS = 3_000

/** Starts a worker; resolves when it owns its shards. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { pool, queue, logger, progress, leaseSeconds } = options
  const workerId = createId('worker')
  if (options.isAlone) await recoverAlone(options)
  const leases = createLeaseKeeper(options.leasePool, workerId, leaseSeconds)
  const isDirect = options.isDirect !== false
  const { executor, dispatcher } = createSending({ ...options, workerId }, isDirect)
  const shards = createShardWorker({
    pool,
    workerId,
    leases,
    facts: options.facts,
    logger,
    stateCacheMb: options.stateCacheMb,
    claim: (db, effects) => executor.claimWithin(db, outgoingOf(effects)),
    onCommitted: ({ steps, effects }) => {
      progress.steps += steps
      progress.lastCommitAt = performance.now()
      const outgoing = outgoingOf(effects)
      if (isDirect) executor.offer(outgoing)
      if (outgoing.length < effects.length) dispatcher.wake()
    },
  })
  const onFired = () => void (progress.lastFiredAt = performance.now())
  const timers = createTimerLoop({ pool, workerId, leases, logger, onFired })
  const schedules = createScheduleLoop(pool, logger)
  const renewal = createRenewal(leases, leaseSeconds, logger)
  const migrations = createMigrationLoop({ pool, facts: options.facts, logger })
  const ofShards = [shards, timers, renewal]
  const acts = createActLoop({ pool, facts: options.facts, logger })
  const others = [schedules, dispatcher, migrations, acts]
  const stopping = new AbortController()
  await queue.work(executor.perform)
  await leases.renew()
  for (const loop of [...ofShards, ...others]) loop.start()
  return {
    ownedShards: () => [...leases.owned().keys()],
    epochConflicts: leases.conflicts,
    isQueueUp: queue.isUp,
    wakeMailbox: shards.wake,
    wakeOutbox: dispatcher.wakeSoon,
    wakeLeases: renewal.wake,
    stop: async () => {
      await stopLoops({ ofShards, others, leases, logger })
      const cut = setTimeout(() => stopping.abort(), GRACE_MS)
      await Promise.all([executor.stop(stopping.signal), queue.close()])
      clearTimeout(cut)
    },
  }
}

interface Loops {
  ofShards: Loop[]
  others: Loop[]
  leases: LeaseKeeper
  logger: Logger
}

/** First the shards, so that the others go on while the rest comes to its end. */
async function stopLoops({ ofShards, others, leases, logger }: Loops): Promise<void> {
  const stopped = Promise.all(others.map((loop) => loop.stop()))
  await Promise.all(ofShards.map((loop) => loop.stop()))
  await leases
    .release()
    .catch((error: unknown) => logger.warn({ err: error }, 'leases run out by themselves'))
  await stopped
}

/** What leaves, and what finds what should leave. */
function createSending(
  { gate: given, ...options }: WorkerOptions & { workerId: string },
  isDirect: boolean,
): { executor: Executor; dispatcher: Dispatcher } {
  const gate = given && { gate: watchGate(given) }
  const onAttempted = (): void => void (options.progress.lastAttemptAt = performance.now())
  const sending = { ...options, ...gate, isDirect, concurrency: ATTEMPTS, onAttempted }
  const executor = createExecutor(sending)
  const dispatcher = createDispatcher({ ...sending, executor: isDirect ? executor : null })
  return { executor, dispatcher }
}

async function recoverAlone({ pool, queue, uncertainSeconds }: WorkerOptions): Promise<void> {
  await forgetWorkers(pool)
  await queue.clear()
  await recoverAll(pool, uncertainSeconds)
}

function createRenewal(leases: LeaseKeeper, leaseSeconds: number, logger: Logger): Loop {
  return createLoop({
    name: 'leases',
    pollMs: Math.min(LOOK_MS, leaseSeconds * 100),
    logger,
    turn: async () => {
      await leases.look()
      return false
    },
  })
}

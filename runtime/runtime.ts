// Puts the runtime together from its parts and takes it apart again, in order.

import type { Pool } from 'pg'
import { createActors } from './commands/actors.ts'
import { createContacts } from './commands/contacts.ts'
import { createDeliveries } from './commands/deliveries.ts'
import { createRunRequests } from './commands/run-requests.ts'
import { createRunMigrations } from './commands/run-migrations.ts'
import { createSessions } from './commands/sessions.ts'
import { createVersions } from './commands/versions.ts'
import { createWebhooks } from './commands/webhooks.ts'
import { createWorkflowTests } from './commands/workflow-tests.ts'
import { createWorkflows } from './commands/workflows.ts'
import { createConnectorRegistry } from './connectors/registry.ts'
import { createWebhookConnector } from './connectors/webhook/outbound.ts'
import { createWhatsAppConnector } from './connectors/whatsapp/outbound.ts'
import { createOrm, type Orm } from './db/orm.ts'
import { asUnavailable } from './db/pool.ts'
import { openPools } from './db/pools.ts'
import { createSecretBox } from './db/secret-box.ts'
import { createEgress } from './egress/egress.ts'
import { createTeardown, type Teardown } from './teardown.ts'
import type { Runtime } from './face.ts'
import { createUpkeep } from './db/upkeep.ts'
import { createFigures } from './figures.ts'
import { createProgress, readHealth } from './health.ts'
import { type Hearing, startHearing } from './hearing.ts'
import { createFeed } from './live/feed.ts'
import type { Logger } from './log.ts'
import { createAcceptor } from './mailbox/accept.ts'
import { createMeter } from './meter.ts'
import { withPressure } from './pressure.ts'
import { createDispatchGate, type DispatchGate } from './outbox/gate.ts'
import { createEffectQueue } from './outbox/queue.ts'
import { createWatermark, placeOf } from './outbox/watermark.ts'
import { createTenantFactsCache } from './shard/tenant-facts.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'
import { withLimit } from './with-limit.ts'

export interface RuntimeOptions {
  databaseUrl: string
  redisUrl: string | undefined
  /** 32 bytes. */
  masterKey: Buffer
  role: 'all' | 'gateway' | 'worker'
  whatsapp: { graphUrl: string; version: string }
  /** `host:port` that outgoing requests may reach although private. */
  egressAllow: readonly string[]
  leaseSeconds: number
  uncertainSeconds: number
  /** How long an event that comes again is known to have come. */
  dedupeDays?: number
  /** True when no other process can have this database open. */
  isAlone: boolean
  /** False: every effect takes the way over the queue. */
  isDirect?: boolean
  /** Nothing leaves, whatever a person opens: DISPATCH_PAUSED. */
  isDispatchPaused?: boolean
  /** Where the outbox's position is told outside of the database when there is no Redis. */
  dataDir?: string
  logger: Logger
}

const CLOSE_MS = 2_000
const DEDUPE_DAYS = 90
/** Envelopes that wait; beyond it senders are told to come again. */
const MAX_WAITING = 500_000
const EFFECT_CONCURRENCY = 50

/**
 * Starts the runtime of one process on a migrated database.
 * @throws {FluxoError} DATABASE_UNAVAILABLE; what was already opened is closed again
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const teardown = createTeardown()
  try {
    return await startParts(options, teardown)
  } catch (error) {
    await teardown.run().catch((failure: unknown) => {
      options.logger.warn({ err: failure }, 'a part did not close cleanly')
    })
    throw error
  }
}

/** Parts that end in the reverse order: first what works, last the connections that it works on. */
async function startParts(options: RuntimeOptions, teardown: Teardown): Promise<Runtime> {
  const { databaseUrl, logger } = options
  const progress = createProgress()
  const meter = createMeter(progress)
  teardown.add(() => meter.stop())
  const pools = openPools(databaseUrl, teardown, meter.noteCommit)
  const pool = pools.commands
  const orm = await openOrm(databaseUrl, teardown)
  const gate = await openGateTo(options, pool, teardown)
  const facts = createTenantFactsCache()
  const secretBox = createSecretBox(options.masterKey)
  const workflows = createWorkflows(orm)
  const actors = createActors(orm, pool, facts)
  const feed = createFeed({ workflows, actors, logger })
  teardown.add(() => feed.stop())
  const upkeep = createUpkeep(pool, options.dedupeDays ?? DEDUPE_DAYS, logger)
  upkeep.start()
  teardown.add(() => upkeep.stop())
  const parts: Hearing = { worker: null, feed, facts, pools, orm }
  // Before the worker, which tells the others on its way out that its shards are free.
  await startHearing(options, parts, teardown)
  if (options.role !== 'gateway') {
    const needs = { pool: pools.work, leasePool: pools.leases, facts, secretBox, progress, gate }
    parts.worker = await startWorkerOf(options, needs, teardown)
  }
  const { worker } = parts
  meter.watch({ pools, figures: createFigures(pool), worker: () => worker })
  return {
    sessions: createSessions(pool),
    workflows,
    workflowTests: createWorkflowTests(orm),
    runs: createRunRequests(orm, pool),
    versions: createVersions(orm),
    migrations: createRunMigrations(orm, pool),
    contacts: createContacts(orm),
    actors,
    deliveries: createDeliveries(pool, gate),
    webhooks: createWebhooks({
      pool: pools.webhooks,
      acceptor: withPressure(createAcceptor(pools.webhooks), { pool, maxWaiting: MAX_WAITING }),
      secretBox,
      onRefused: meter.countRefused,
    }),
    live: { follow: feed.follow },
    health: {
      ready: () =>
        readHealth({
          pool,
          progress,
          isWorker: worker !== null,
          ownedShards: () => worker?.ownedShards() ?? [],
          isQueueUp: () => worker?.isQueueUp() ?? true,
          gate,
        }),
      metrics: meter.text,
    },
    stop: teardown.run,
  }
}

/** Looks who the database is before anything can leave or is swept. */
async function openGateTo(
  { redisUrl, dataDir, isAlone, isDispatchPaused = false, logger }: RuntimeOptions,
  pool: Pool,
  teardown: Teardown,
): Promise<DispatchGate> {
  const gate = createDispatchGate({
    pool,
    isPaused: isDispatchPaused,
    watermark: createWatermark({ redisUrl, dataDir }),
    // Only an embedded database lies in the folder.
    place: isAlone && dataDir !== undefined ? placeOf(dataDir) : null,
    logger,
  })
  teardown.add(() => gate.stop())
  await gate.isOpen()
  return gate
}

async function openOrm(databaseUrl: string, teardown: Teardown): Promise<Orm> {
  const orm = await createOrm(databaseUrl)
  // A connection that was just being made would keep it waiting for ever.
  teardown.add(() => withLimit(orm.close(), CLOSE_MS))
  // The first connection loads the driver; a stop in that moment would wait for it.
  await orm.em
    .getConnection()
    .execute('select 1')
    .catch((error: unknown) => {
      throw asUnavailable(error)
    })
  return orm
}

async function startWorkerOf(
  options: RuntimeOptions,
  parts: Pick<WorkerOptions, 'pool' | 'leasePool' | 'facts' | 'secretBox' | 'progress' | 'gate'>,
  teardown: Teardown,
): Promise<Worker> {
  const { databaseUrl, redisUrl, leaseSeconds, uncertainSeconds, isAlone, logger } = options
  const egress = createEgress({ allow: options.egressAllow })
  teardown.add(() => egress.close())
  const queue = createEffectQueue({
    databaseUrl,
    redisUrl,
    concurrency: EFFECT_CONCURRENCY,
    logger,
  })
  teardown.add(() => queue.close())
  const connectors = createConnectorRegistry([
    createWhatsAppConnector(options.whatsapp),
    createWebhookConnector(),
  ])
  const rest = { queue, connectors, egress, logger, leaseSeconds, uncertainSeconds, isAlone }
  const isDirect = options.isDirect ?? true
  const worker = await startWorker({ ...parts, ...rest, isDirect })
  teardown.add(() => worker.stop())
  return worker
}

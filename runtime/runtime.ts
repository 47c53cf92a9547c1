// Puts the runtime together from its parts and takes it apart again, in order.

import { createActors } from './commands/actors.ts'
import { createContacts } from './commands/contacts.ts'
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
import { asUnavailable, createPool } from './db/pool.ts'
import { createSecretBox } from './db/secret-box.ts'
import { createEgress } from './egress/egress.ts'
import { createTeardown, type Teardown } from './teardown.ts'
import type { Runtime } from './face.ts'
import { createUpkeep } from './db/upkeep.ts'
import { createProgress, readHealth } from './health.ts'
import { CHANNELS } from './live/channels.ts'
import { createFeed, type Feed } from './live/feed.ts'
import { createListener, type Listener } from './live/listener.ts'
import type { Logger } from './log.ts'
import { createAcceptor } from './mailbox/accept.ts'
import { createMeter } from './meter.ts'
import { createEffectQueue } from './outbox/queue.ts'
import { createTenantFactsCache, type TenantFactsCache } from './shard/tenant-facts.ts'
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
  /** True when no other process can have this database open. */
  isAlone: boolean
  logger: Logger
}

const WEBHOOK_CONNECTIONS = 4
const WORK_CONNECTIONS = 12
const CLOSE_MS = 2_000
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
  const pool = createPool(databaseUrl, { max: WORK_CONNECTIONS, name: 'fluxolab-work' })
  teardown.add(() => pool.end())
  const webhookPool = createPool(databaseUrl, {
    max: WEBHOOK_CONNECTIONS,
    name: 'fluxolab-webhooks',
  })
  teardown.add(() => webhookPool.end())
  const orm = await openOrm(databaseUrl, teardown)
  const facts = createTenantFactsCache()
  const secretBox = createSecretBox(options.masterKey)
  const progress = createProgress()
  const meter = createMeter(progress)
  const workflows = createWorkflows(orm)
  const actors = createActors(orm, pool, facts)
  const feed = createFeed({ workflows, actors, logger })
  teardown.add(() => feed.stop())
  const upkeep = createUpkeep(pool, logger)
  upkeep.start()
  teardown.add(() => upkeep.stop())
  const startThisWorker = () =>
    startWorkerOf(options, { pool, facts, secretBox, progress }, teardown)
  const worker = options.role === 'gateway' ? null : await startThisWorker()
  const listener = await listen(options, { worker, feed, facts })
  teardown.add(() => listener.stop())
  return {
    sessions: createSessions(pool),
    workflows,
    workflowTests: createWorkflowTests(orm),
    runs: createRunRequests(orm, pool),
    versions: createVersions(orm),
    migrations: createRunMigrations(orm, pool),
    contacts: createContacts(orm),
    actors,
    webhooks: createWebhooks({
      pool: webhookPool,
      acceptor: createAcceptor(webhookPool),
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
        }),
      metrics: meter.text,
    },
    stop: teardown.run,
  }
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
  parts: Pick<WorkerOptions, 'pool' | 'facts' | 'secretBox' | 'progress'>,
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
  const worker = await startWorker({ ...parts, ...rest })
  teardown.add(() => worker.stop())
  return worker
}

async function listen(
  { databaseUrl, logger }: RuntimeOptions,
  { worker, feed, facts }: { worker: Worker | null; feed: Feed; facts: TenantFactsCache },
): Promise<Listener> {
  const handlers = {
    [CHANNELS.mailbox]: () => worker?.wakeMailbox(),
    [CHANNELS.outbox]: () => worker?.wakeOutbox(),
    [CHANNELS.leases]: () => worker?.wakeLeases(),
    [CHANNELS.live]: feed.notice,
    [CHANNELS.library]: facts.forget,
  }
  return createListener(databaseUrl, handlers, { logger, onGap: feed.refreshAll })
}

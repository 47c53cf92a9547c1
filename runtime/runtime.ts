// Puts the runtime together from its parts and takes it apart again, in order.

import { createActors } from './commands/actors.ts'
import { createContacts } from './commands/contacts.ts'
import { createSessions } from './commands/sessions.ts'
import { createWebhooks } from './commands/webhooks.ts'
import { createWorkflows } from './commands/workflows.ts'
import { createConnectorRegistry } from './connectors/registry.ts'
import { createWhatsAppConnector } from './connectors/whatsapp/outbound.ts'
import { createOrm } from './db/orm.ts'
import { createPool } from './db/pool.ts'
import { createSecretBox } from './db/secret-box.ts'
import { createEgress } from './egress/egress.ts'
import type { Runtime } from './face.ts'
import { readHealth, type Progress } from './health.ts'
import { CHANNELS } from './live/channels.ts'
import { createFeed } from './live/feed.ts'
import { createListener } from './live/listener.ts'
import type { Logger } from './log.ts'
import { createAcceptor } from './mailbox/accept.ts'
import { createMeter } from './meter.ts'
import { createEffectQueue } from './outbox/queue.ts'
import { createTenantFactsCache } from './shard/tenant-facts.ts'
import { startWorker } from './worker.ts'

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
const EFFECT_CONCURRENCY = 50

/**
 * Starts the runtime of one process on a migrated database.
 * @throws {FluxoError} DATABASE_UNAVAILABLE
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { databaseUrl, logger } = options
  const pool = createPool(databaseUrl, { max: WORK_CONNECTIONS, name: 'fluxolab-work' })
  const webhookPool = createPool(databaseUrl, { max: WEBHOOK_CONNECTIONS, name: 'fluxolab-webhooks' })
  const orm = await createOrm(databaseUrl)
  const facts = createTenantFactsCache()
  const secretBox = createSecretBox(options.masterKey)
  const progress: Progress = { steps: 0, lastCommitAt: performance.now() }
  const meter = createMeter(progress)
  const workflows = createWorkflows(orm)
  const actors = createActors(orm, pool, facts)
  const feed = createFeed({ workflows, actors, logger })
  const egress = createEgress({ allow: options.egressAllow })
  const worker = options.role === 'gateway' ? null : await startWorkerOf()
  const listener = await createListener(
    databaseUrl,
    {
      [CHANNELS.mailbox]: () => worker?.wakeMailbox(),
      [CHANNELS.outbox]: () => worker?.wakeOutbox(),
      [CHANNELS.live]: feed.notice,
      [CHANNELS.library]: facts.forget,
    },
    { logger, onGap: feed.refreshAll },
  )

  function startWorkerOf() {
    const { redisUrl, leaseSeconds, uncertainSeconds, isAlone } = options
    const queue = createEffectQueue({ databaseUrl, redisUrl, concurrency: EFFECT_CONCURRENCY, logger })
    const connectors = createConnectorRegistry([createWhatsAppConnector(options.whatsapp)])
    return startWorker({
      pool,
      queue,
      connectors,
      egress,
      secretBox,
      facts,
      logger,
      progress,
      leaseSeconds,
      uncertainSeconds,
      isAlone,
    })
  }

  return {
    sessions: createSessions(pool),
    workflows,
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
    stop: async () => {
      await worker?.stop()
      feed.stop()
      await listener.stop()
      await egress.close()
      await orm.close()
      await Promise.all([pool.end(), webhookPool.end()])
    },
  }
}

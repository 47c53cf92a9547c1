// Puts the runtime together from its parts and takes it apart again, in order.

import { type Base, openBase } from './base.ts'
import { createCommands } from './commands/all.ts'
import { createActors } from './commands/actors/actors.ts'
import { createContactMerges } from './commands/contacts/contact-merges.ts'
import { type Leads, type LeadsOptions, openLeads } from './commands/leads/leads.ts'
import { createWorkflows } from './commands/workflows/workflows.ts'
import { createConnectorRegistry } from './connectors/registry.ts'
import type { Pools } from './db/pools.ts'
import type { Runtime } from './face.ts'
import { createFigures } from './figures.ts'
import { readHealth } from './health.ts'
import { type Hearing, startHearing } from './hearing.ts'
import { CHANNELS } from './live/channels.ts'
import { createFeed } from './live/feed.ts'
import { noticeAfterCommit } from './live/notices.ts'
import { type Acceptor, createAcceptor } from './mailbox/accept.ts'
import { type MailServerParts, startMailServer } from './mail-server/mail-server.ts'
import { mergeTwins } from './merge/merge-twins.ts'
import { openOutside, type Outside } from './outside.ts'
import { createEffectQueue } from './outbox/queue.ts'
import { withPressure } from './pressure.ts'
import { LOCAL_URL, type RuntimeOptions } from './runtime-options.ts'
import { createTeardown, type Teardown } from './teardown.ts'
import { startWorker, type Worker } from './worker.ts'

export type { RuntimeOptions } from './runtime-options.ts'

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
  const base = await openBase(options, teardown)
  const { pools, facts, secretBox, meter, orm, gate, progress } = base
  const pool = pools.commands
  const outside = openOutside(options, base, teardown)
  const workflows = createWorkflows(orm)
  const actors = createActors(orm, pool, facts)
  const feed = createFeed({
    workflows,
    actors,
    logger: options.logger,
    tell: (word) => noticeAfterCommit(pool, CHANNELS.editors, word),
  })
  teardown.add(() => feed.stop())
  const hearing: Hearing = { worker: null, feed, facts, pools, orm }
  // Before the worker, which tells the others on its way out that its shards are free.
  await startHearing(options, hearing, teardown)
  const worker = await startWorkerOf(options, { base, outside }, teardown)
  hearing.worker = worker
  meter.watch({ pools, figures: createFigures(pool), worker: () => worker })
  const intake = await openIntake(options, { base, outside }, teardown)
  return {
    ...createCommands({
      ...options,
      ...outside,
      ...intake,
      orm,
      pool,
      webhookPool: pools.webhooks,
      gate,
      facts,
      secretBox,
      payloads: intake.leads.payloads,
      publicUrl: options.publicUrl ?? LOCAL_URL,
      sandboxUrl: options.sandboxUrl ?? null,
      sandboxProviders: ['whatsapp', ...Object.keys(options.providerUrls ?? {})],
      onRefused: meter.countRefused,
    }),
    workflows,
    actors,
    contactMerges: createContactMerges(pool, facts),
    leads: intake.leads.face,
    live: { follow: feed.follow, here: feed.here, gone: feed.gone },
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

interface Parts {
  base: Base
  outside: Outside
}

/** Where arrivals come in: webhooks, mail from server to server, captured leads. */
async function openIntake(
  options: RuntimeOptions,
  { base, outside }: Parts,
  teardown: Teardown,
): Promise<{ acceptor: Acceptor; leads: Leads }> {
  const { pools, secretBox, meter } = base
  const { egress } = outside
  const acceptor = withPressure(createAcceptor(pools.webhooks), {
    pool: pools.commands,
    maxWaiting: MAX_WAITING,
  })
  const shared = { acceptor, secretBox, egress, onRefused: meter.countRefused }
  await openMail(options, { pool: pools.webhooks, ...shared }, teardown)
  return { acceptor, leads: openLeadsOf(options, { pools, ...shared }, teardown) }
}

/** Mail from server to server, where it was asked for. */
async function openMail(
  { mailServer, role, logger }: RuntimeOptions,
  parts: Omit<MailServerParts, 'logger'>,
  teardown: Teardown,
): Promise<void> {
  if (!mailServer || role === 'worker') return
  const server = await startMailServer(mailServer, { ...parts, logger })
  teardown.add(() => server.close())
}

/** Lead capture; its loops run where work is done. */
function openLeadsOf(
  { whatsapp, providerUrls = {}, role, logger }: RuntimeOptions,
  {
    pools,
    ...parts
  }: Pick<LeadsOptions, 'acceptor' | 'secretBox' | 'egress' | 'onRefused'> & {
    pools: Pick<Pools, 'commands' | 'webhooks'>
  },
  teardown: Teardown,
): Leads {
  const leads = openLeads({
    ...parts,
    pool: pools.commands,
    webhookPool: pools.webhooks,
    graphVersion: whatsapp.version,
    providerUrls,
    isWorker: role !== 'gateway',
    logger,
  })
  teardown.add(() => leads.stop())
  return leads
}

/** @returns null where the role is the gateway's alone */
async function startWorkerOf(
  options: RuntimeOptions,
  { base, outside }: Parts,
  teardown: Teardown,
): Promise<Worker | null> {
  if (options.role === 'gateway') return null
  const { databaseUrl, redisUrl, logger, isDirect = true } = options
  const { pools } = base
  const queue = createEffectQueue({
    databaseUrl,
    redisUrl,
    concurrency: EFFECT_CONCURRENCY,
    logger,
  })
  teardown.add(() => queue.close())
  const connectors = createConnectorRegistry(outside.connectors.flatMap(({ outbound }) => outbound))
  const { egress } = outside
  const needs = { pool: pools.work, leasePool: pools.leases, queue, egress, connectors, isDirect }
  const worker = await startWorker({ ...options, ...base, ...needs })
  teardown.add(() => worker.stop())
  await mergeTwins(pools.commands)
  return worker
}

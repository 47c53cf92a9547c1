// The processes of the installation, put together from the core's own parts as `runtime.ts` does it, and somebody who
// starts a new one where one died.

import type { Server } from '../server/types.ts'
import { createWebhooks } from '../../commands/webhooks/webhooks.ts'
import { createConnectorRegistry } from '../../connectors/registry.ts'
import { createWhatsAppConnector } from '../../connectors/whatsapp/outbound.ts'
import { cutAll } from '../../db/pool.ts'
import { openPools, type Pools } from '../../db/pools.ts'
import { createSecretBox } from '../../db/secret-box.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Runtime } from '../../face.ts'
import { createProgress } from '../../health.ts'
import { CHANNELS } from '../../live/channels.ts'
import { createListener, type ListenerOptions } from '../../live/listener.ts'
import { createNoticeBoard, type Handlers, tellOn } from '../../live/notices.ts'
import type { Logger } from '../../log.ts'
import { createAcceptor } from '../../mailbox/accept.ts'
import { withPressure } from '../../pressure.ts'
import { createTenantFactsCache } from '../../shard/tenant-facts.ts'
import { createTeardown } from '../../teardown.ts'
import { startWorker, type Worker } from '../../worker.ts'
import type { SimulatedProcess, World } from '../world/world.ts'
import type { JobQueue } from './job-queue.ts'
import { MASTER_KEY } from './tenants.ts'

export interface Gateway {
  process: SimulatedProcess
  webhooks: Runtime['webhooks']
}

export interface Installation {
  readonly workers: SimulatedProcess[]
  readonly gateways: Gateway[]
  start(): void
  /** Ends a process at once; after a while another one takes its place. */
  kill(process: SimulatedProcess): void
}

export interface InstallationOptions {
  server: Server
  queue: JobQueue
  egress: Egress
  counts: { workers: number; gateways: number }
  leaseSeconds: number
  uncertainSeconds: number
  /** Effects go to the executor of the process that made them, or all over the queue. */
  isDirect: boolean
  /** Milliseconds by which a new process's clock is wrong. */
  drawSkew: () => number
}

const MAX_WAITING = 500_000
const URL = 'postgres://simulated/fluxolab'

export function createInstallation(world: World, options: InstallationOptions): Installation {
  const { server, counts } = options
  const workers: SimulatedProcess[] = []
  const gateways: Gateway[] = []
  let born = 0

  function begin(kind: 'worker' | 'gateway'): void {
    const process = world.createProcess(`${kind}-${++born}`, options.drawSkew())
    world.schedule(world.random.next() * 20, process, () => {
      const started = kind === 'worker' ? openWorker(process) : openGateway(process)
      started.catch((error: unknown) => {
        world.note(`${process.name} did not start: ${String(error)}`)
        end(process, kind)
      })
    })
    if (kind === 'worker') workers.push(process)
  }

  async function openWorker(process: SimulatedProcess): Promise<void> {
    await startWorkerIn(world, process, options)
  }

  async function openGateway(process: SimulatedProcess): Promise<void> {
    const webhooks = await openWebhooks(world, process, options.egress)
    gateways.push({ process, webhooks })
  }

  function end(process: SimulatedProcess, kind: 'worker' | 'gateway'): void {
    process.isAlive = false
    world.note(`${process.name} is gone`)
    const at = workers.indexOf(process)
    if (at >= 0) workers.splice(at, 1)
    const gateway = gateways.findIndex((other) => other.process === process)
    if (gateway >= 0) gateways.splice(gateway, 1)
    for (const session of Array.from(server.sessions))
      if (session.process === process)
        world.schedule(world.random.next() * 5, null, () => server.cut(session))
    world.schedule(100 + world.random.next() * 2_000, null, () => begin(kind))
  }

  return {
    workers,
    gateways,
    start: () => {
      for (let n = 0; n < counts.workers; n++) begin('worker')
      for (let n = 0; n < counts.gateways; n++) begin('gateway')
    },
    kill: (process) => {
      if (process.isAlive) end(process, workers.includes(process) ? 'worker' : 'gateway')
    },
  }
}

/** What a process logs goes into the trace. */
function createTraceLogger(world: World, { name }: SimulatedProcess): Logger {
  const note = (level: string) => (details: unknown, message?: string) => {
    const { err } = (details ?? {}) as { err?: unknown }
    world.note(
      `${name} ${level}: ${message ?? String(details)} ${err ? (err as Error).message : ''}`,
    )
  }
  const ignore = (): void => {}
  const logger = {
    error: note('error'),
    warn: note('warn'),
    info: ignore,
    debug: ignore,
    trace: ignore,
  }
  return logger as unknown as Logger
}

/** A database that falls silent: every connection is made anew. */
function hearing(logger: Logger, pools: Pools): ListenerOptions {
  const onSilent = (): void => Object.values(pools).forEach(cutAll)
  return { logger, onGap: () => {}, onSilent }
}

async function startWorkerIn(
  world: World,
  process: SimulatedProcess,
  options: InstallationOptions,
): Promise<void> {
  const logger = createTraceLogger(world, process)
  const pools = openPools(URL, createTeardown(), () => {})
  const facts = createTenantFactsCache()
  const parts: { worker: Worker | null } = { worker: null }
  const handlers: Handlers = {
    [CHANNELS.library]: facts.forget,
    [CHANNELS.mailbox]: () => parts.worker?.wakeMailbox(),
    [CHANNELS.outbox]: () => parts.worker?.wakeOutbox(),
    [CHANNELS.leases]: () => parts.worker?.wakeLeases(),
  }
  const listener = await createListener(URL, handlers, hearing(logger, pools))
  const board = createNoticeBoard({ send: listener.send, onError: () => {} })
  board.hearBy(handlers)
  for (const pool of Object.values(pools)) tellOn(pool, board)
  const { leaseSeconds, uncertainSeconds, isDirect, egress, queue } = options
  parts.worker = await startWorker({
    pool: pools.work,
    leasePool: pools.leases,
    queue: queue.openFor(process),
    connectors: createConnectorRegistry([
      createWhatsAppConnector({
        graphUrl: 'https://graph.simulated',
        version: 'v24.0',
        timeoutMs: 5_000,
      }),
    ]),
    egress,
    secretBox: createSecretBox(MASTER_KEY),
    facts,
    logger,
    progress: createProgress(),
    leaseSeconds,
    uncertainSeconds,
    isDirect,
    isAlone: false,
  })
}

async function openWebhooks(
  world: World,
  process: SimulatedProcess,
  egress: Egress,
): Promise<Runtime['webhooks']> {
  const logger = createTraceLogger(world, process)
  const pools = openPools(URL, createTeardown(), () => {})
  const listener = await createListener(URL, {}, hearing(logger, pools))
  const board = createNoticeBoard({ send: listener.send, onError: () => {} })
  for (const pool of Object.values(pools)) tellOn(pool, board)
  return createWebhooks({
    pool: pools.webhooks,
    acceptor: withPressure(createAcceptor(pools.webhooks), {
      pool: pools.commands,
      maxWaiting: MAX_WAITING,
    }),
    secretBox: createSecretBox(MASTER_KEY),
    egress,
    connectors: [],
    onRefused: () => {},
  })
}

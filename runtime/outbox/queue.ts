// BullMQ as the executor: a job names an effect and carries nothing. On Redis when there is one, else on PostgreSQL.
// Everything in it can be rebuilt from the outbox (I10).

import { createPostgresBackend, Queue, Worker, type Job } from 'bullmq'
import { Redis } from 'ioredis'
import type { ClientBase } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Logger } from '../log.ts'
import { withLimit } from '../with-limit.ts'

export interface EffectJob {
  tenantId: string
  effectId: string
}

export interface EffectQueue {
  /** Adds jobs; one that is already there under its id is left alone. */
  add(jobs: EffectJob[]): Promise<void>
  /** Starts performing. */
  work(perform: (job: EffectJob) => Promise<void>): Promise<void>
  /** Empties the queue: what is open is dispatched again from the outbox. */
  clear(): Promise<void>
  /** False while Redis is away. */
  isUp(): boolean
  close(): Promise<void>
}

export interface EffectQueueOptions {
  databaseUrl: string
  redisUrl: string | undefined
  concurrency: number
  logger: Logger
}

const QUEUE_NAME = 'effects'
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 }
/** A job whose worker died is handed out again after this; the claim in PostgreSQL decides what that means. */
const LOCK_MS = 30_000
/** Attempts under way end within this time, by themselves or because they are aborted. */
const ATTEMPTS_MS = 5_000
const CLOSE_MS = 1_000
/** A Redis that is only restarting is back by then. */
const READY_MS = 10_000

/** Opens the queue on the backend that the configuration names. */
export function createEffectQueue(options: EffectQueueOptions): EffectQueue {
  const backend = options.redisUrl === undefined ? onPostgres(options) : onRedis(options.redisUrl)
  const queue = backend.createQueue()
  let worker: Worker<EffectJob> | null = null
  let closing: Promise<void> | null = null
  queue.on('error', (error) => options.logger.warn({ err: error }, 'effect queue'))
  return {
    add: async (jobs) => {
      if (jobs.length === 0) return
      await queue.addBulk(
        jobs.map((data) => ({
          name: 'perform',
          data,
          opts: { ...JOB_OPTIONS, jobId: data.effectId },
        })),
      )
    },
    work: async (perform) => {
      worker = backend.createWorker((job) => perform(job.data), options.concurrency)
      worker.on('error', (error) => options.logger.warn({ err: error }, 'effect worker'))
      if (!(await withLimit(worker.waitUntilReady(), READY_MS))) throw unreachable(options)
    },
    clear: async () => {
      const cleared = await withLimit(queue.obliterate({ force: true }), READY_MS).catch(
        (cause: unknown) => {
          throw unreachable(options, cause)
        },
      )
      if (!cleared) throw unreachable(options)
    },
    isUp: backend.isUp,
    close: () => (closing ??= closeAll()),
  }

  async function closeAll(): Promise<void> {
    if (worker) await closeWorker(worker)
    await withLimit(queue.close(), CLOSE_MS)
    await backend.close()
  }
}

function unreachable({ redisUrl }: EffectQueueOptions, cause?: unknown): FluxoError {
  const [field, what] =
    redisUrl === undefined
      ? (['DATABASE_URL', 'the job queue in PostgreSQL'] as const)
      : (['REDIS_URL', 'the Redis of REDIS_URL'] as const)
  return new FluxoError('SETUP_FAILED', { message: `${what} does not answer`, field, cause })
}

/** Waits for the attempts under way, but never for a backend that is gone. */
async function closeWorker(worker: Worker<EffectJob>): Promise<void> {
  if (await withLimit(worker.close(), ATTEMPTS_MS)) return
  await withLimit(worker.close(true), CLOSE_MS)
}

interface Backend {
  createQueue(): Queue<EffectJob>
  createWorker(
    process: (job: Job<EffectJob>) => Promise<void>,
    concurrency: number,
  ): Worker<EffectJob>
  isUp(): boolean
  close(): Promise<void>
}

function onPostgres({ databaseUrl }: EffectQueueOptions): Backend {
  const connection = {
    connectionString: databaseUrl,
    max: 5,
    schema: 'bullmq',
    migrate: true,
    // One that breaks while it is lent out fails its query; the event alone would end the process.
    onConnect: (client: ClientBase) => void client.on('error', () => {}),
  }
  return {
    createQueue: () =>
      new Queue<EffectJob>(QUEUE_NAME, { connection } as never, createPostgresBackend as never),
    createWorker: (process, concurrency) =>
      new Worker<EffectJob>(
        QUEUE_NAME,
        process,
        { connection, concurrency, lockDuration: LOCK_MS } as never,
        createPostgresBackend as never,
      ),
    isUp: () => true,
    close: async () => {},
  }
}

function onRedis(redisUrl: string): Backend {
  const producer = new Redis(redisUrl, { maxRetriesPerRequest: 1, lazyConnect: false })
  const consumer = new Redis(redisUrl, { maxRetriesPerRequest: null })
  // BullMQ reports what matters on its own objects; without a listener ioredis would print each retry.
  for (const connection of [producer, consumer]) connection.on('error', () => {})
  return {
    createQueue: () => new Queue<EffectJob>(QUEUE_NAME, { connection: producer }),
    createWorker: (process, concurrency) =>
      new Worker<EffectJob>(QUEUE_NAME, process, {
        connection: consumer,
        concurrency,
        lockDuration: LOCK_MS,
      }),
    isUp: () => [producer, consumer].every(({ status }) => status === 'ready'),
    close: async () => {
      producer.disconnect()
      consumer.disconnect()
      await Promise.resolve()
    },
  }
}

// The stations of the line on a test database, each moved by hand, so that a test decides what happens when.

import type { Pool, QueryResultRow } from 'pg'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { createOrm, type Orm } from '../db/orm.ts'
import { createPool, inTransaction } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { createLogger, type Logger } from '../log.ts'
import { type Acceptor, createAcceptor } from '../mailbox/accept.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import type { Acceptance } from '../mailbox/incoming.ts'
import { performLocalEffects } from '../outbox/local/local-effects.ts'
import { createLeaseKeeper, type LeaseKeeper } from '../shard/lease.ts'
import { createBatchSize } from '../shard/batch-size.ts'
import { shardOf } from '../shard/shard-of.ts'
import { type WorkOptions, workOnce } from '../shard/shard-worker.ts'
import { createStateCache } from '../shard/state-cache.ts'
import { createTenantFactsCache } from '../shard/tenant-facts.ts'
import { fireDue } from '../timer/fire-due.ts'
import { createTestDatabase } from './database.ts'
import { createTenant, type TestTenant } from './tenant.ts'

export interface TestWorker {
  id: string
  leases: LeaseKeeper
  /** Batches until nothing waits. @returns Steps committed */
  drain(): Promise<number>
  /** One batch. */
  workOnce(): Promise<boolean>
  fireTimers(): Promise<number>
}

export interface TestWorkerOptions {
  leaseSeconds?: number
  /** Its connections, where they are not the line's. */
  pool?: Pool
}

export interface TestLine {
  url: string
  pool: Pool
  orm: Orm
  logger: Logger
  tenant: TestTenant
  acceptor: Acceptor
  accept(arrival: Arrival): Promise<Acceptance>
  /** Puts an envelope in the mailbox past the connectors and their checks. */
  enqueue(contactId: string, envelope: Partial<Envelope>): Promise<string>
  rows<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** A worker without loops; it owns its shards after `leases.renew()`. */
  createWorker(options?: TestWorkerOptions): TestWorker
  /** A worker that owns every shard works until mailbox and local effects are empty. */
  settleDown(worker: TestWorker): Promise<void>
  close(): Promise<void>
}

/** Opens a line with one tenant on a database of its own. */
export async function createTestLine(): Promise<TestLine> {
  const database = await createTestDatabase()
  const pool = createPool(database.url, { max: 8, name: 'test' })
  const orm = await createOrm(database.url)
  const tenant = await createTenant(pool)
  const logger = createLogger('silent')
  const acceptor = createAcceptor(pool)
  return {
    url: database.url,
    pool,
    orm,
    logger,
    tenant,
    acceptor,
    accept: (arrival) => acceptor.accept(tenant.id, arrival),
    enqueue: (contactId, given) => enqueue(pool, envelopeOf(tenant, contactId, given)),
    rows: async <Row extends QueryResultRow>(text: string, values?: unknown[]) =>
      (await pool.query<Row>(text, values)).rows,
    createWorker: (options) => createWorker({ pool, logger, ...options }),
    settleDown: async (worker) => {
      do await worker.drain()
      while ((await performLocalEffects(pool)) || (await hasMail(pool)))
    },
    close: async () => {
      await orm.close()
      await pool.end()
      await database.drop()
    },
  }
}

async function hasMail(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query('select 1 from mailbox where attempts = 0 limit 1')
  return rows.length > 0
}

function envelopeOf(tenant: TestTenant, contactId: string, given: Partial<Envelope>): Envelope {
  const id = createId('event')
  return {
    event_id: id,
    tenant_id: tenant.id,
    contact_id: contactId,
    type: 'purchase.approved',
    source: 'test',
    occurred_at: new Date().toISOString(),
    correlation_id: id,
    payload: {},
    ...given,
  }
}

async function enqueue(pool: Pool, envelope: Envelope): Promise<string> {
  const shard = shardOf(envelope.tenant_id, envelope.contact_id)
  await inTransaction(pool, (db) => enqueueEnvelopes(db, [{ envelope, shard }]))
  return envelope.event_id
}

function createWorker({
  pool,
  logger,
  leaseSeconds = 30,
}: TestWorkerOptions & { pool: Pool; logger: Logger }): TestWorker {
  const id = createId('worker')
  const leases = createLeaseKeeper(pool, id, leaseSeconds)
  let steps = 0
  const options: WorkOptions = {
    pool,
    workerId: id,
    leases,
    facts: createTenantFactsCache(),
    states: createStateCache(),
    size: createBatchSize(),
    logger,
    onCommitted: (committed) => (steps += committed.steps),
  }
  return {
    id,
    leases,
    workOnce: () => workOnce(options),
    drain: async () => {
      const before = steps
      while (await workOnce(options));
      return steps - before
    },
    fireTimers: async () => (await fireDue({ pool, workerId: id, leases })).count,
  }
}

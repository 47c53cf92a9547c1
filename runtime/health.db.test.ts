import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPool } from './db/pool.ts'
import { createProgress, type HealthOptions, readHealth } from './health.ts'
import { createLeaseKeeper } from './shard/lease.ts'
import { leadOf } from './testing/arrivals.ts'
import { createTestLine, type TestLine } from './testing/line.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
beforeEach(() => line.pool.query('truncate mailbox, outbox'))
afterAll(() => line.close())

const LONG_AGO = -40_000
const EVERY_SHARD = Array.from({ length: 256 }, (_, shard) => shard)

/** A worker that finished something just now, or `idle`: nothing for forty seconds. */
function worker({ isIdle }: { isIdle: boolean }): HealthOptions {
  const now = performance.now() + (isIdle ? LONG_AGO : 0)
  const progress = { ...createProgress(), lastCommitAt: now, lastAttemptAt: now, lastFiredAt: now }
  return { pool: line.pool, progress, isWorker: true, ownedShards: () => EVERY_SHARD }
}

const oldEnvelope = async (): Promise<string> => {
  const { contactId } = await line.accept(leadOf(line.tenant))
  await line.pool.query("update mailbox set accepted_at = now() - interval '60 s'")
  return contactId ?? ''
}

test('an idle worker without work is ready', async () => {
  expect(await readHealth(worker({ isIdle: true }))).toMatchObject({
    status: 'ok',
    checks: { worker: { ok: true } },
  })
})

test('a worker with work that finishes none is not ready, one that finishes some is', async () => {
  await oldEnvelope()
  expect(await readHealth(worker({ isIdle: true }))).toMatchObject({
    status: 'failing',
    checks: { worker: { ok: false } },
  })
  expect(await readHealth(worker({ isIdle: false }))).toMatchObject({ status: 'ok' })
})

test('a parked envelope and those behind it wait for a person and do not make the worker unready', async () => {
  const contactId = await oldEnvelope()
  await line.pool.query('update mailbox set attempts = 3, parked_at = now()')
  await line.enqueue(contactId, { type: 'came.behind' })
  await line.pool.query("update mailbox set accepted_at = now() - interval '60 s'")
  expect(await readHealth(worker({ isIdle: true }))).toMatchObject({ status: 'ok' })
})

test('dispatched effects that nobody attempts tell that the executor has died', async () => {
  await line.pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, command, correlation_id, status, next_at)
     values ($1, 'eff_old', 'cnt_x', 0, 'run_x', 'n', 'whatsapp.send_text', '{}', 'evt_x', 'dispatched', now() - interval '60 s')`,
    [line.tenant.id],
  )
  expect(await readHealth(worker({ isIdle: true }))).toMatchObject({
    status: 'failing',
    checks: { executor: { ok: false } },
  })
  expect(await readHealth(worker({ isIdle: false }))).toMatchObject({ status: 'ok' })
})

test('I7: a timer that is long due while none fires makes the worker unready', async () => {
  await line.pool.query(
    `insert into timers (tenant_id, contact_id, run_id, timer_id, node_id, generation, shard, due_at)
     values ($1, 'cnt_x', 'run_x', 't', 'n', 1, 3, now() - interval '60 s')`,
    [line.tenant.id],
  )
  expect(await readHealth(worker({ isIdle: true }))).toMatchObject({
    status: 'failing',
    checks: { timers: { ok: false } },
  })
  expect(await readHealth(worker({ isIdle: false }))).toMatchObject({ status: 'ok' })
  await line.pool.query('truncate timers')
})

test('I10: without Redis the process is degraded and ready', async () => {
  const health = await readHealth({ ...worker({ isIdle: false }), isQueueUp: () => false })
  expect(health).toMatchObject({ status: 'degraded', checks: { queue: { ok: false } } })
})

test('sending that somebody paused is no sign of a dead executor', async () => {
  await line.pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, command, correlation_id, status, next_at)
     values ($1, 'eff_old', 'cnt_x', 0, 'run_x', 'n', 'whatsapp.send_text', '{}', 'evt_x', 'dispatched', now() - interval '60 s')`,
    [line.tenant.id],
  )
  const gate = { isOpen: async () => false }
  expect(await readHealth({ ...worker({ isIdle: true }), gate })).toMatchObject({
    status: 'degraded',
    checks: { executor: { ok: true }, dispatch: { ok: false } },
  })
})

test('the check writes, and leaves nothing that could be taken for a worker', async () => {
  await Promise.all(Array.from({ length: 20 }, () => readHealth(worker({ isIdle: false }))))
  expect(await line.rows('select id from workers')).toEqual([])
  const leases = createLeaseKeeper(line.pool, 'wrk_real', 10)
  expect((await leases.renew()).size).toBe(256)
})

test('a database that takes no writes, or does not answer, is not ready', async () => {
  const [readOnly, none] = [
    createPool(`${line.url}?options=-c%20default_transaction_read_only%3Don`, {
      max: 1,
      name: 'read only',
    }),
    createPool('postgres://nobody@127.0.0.1:1/none', { max: 1, name: 'none' }),
  ]
  for (const pool of [readOnly, none]) {
    expect(await readHealth({ ...worker({ isIdle: false }), pool })).toMatchObject({
      status: 'failing',
      checks: { database: { ok: false } },
    })
    await pool.end()
  }
})

// What is kept in memory of a contact is what the database has of it, whatever becomes of a commit.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { leadOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { publish } from '../testing/tenant.ts'
import { until } from '../testing/until.ts'
import { WELCOME } from '../testing/workflows.ts'
import { createId } from '../ids.ts'
import { createLeaseKeeper } from './lease.ts'
import { createBatchSize } from './batch-size.ts'
import { shardOf } from './shard-of.ts'
import { workOnce, type WorkOptions } from './shard-worker.ts'
import { createStateCache } from './state-cache.ts'
import { createTenantFactsCache } from './tenant-facts.ts'

let line: TestLine
let worker: WorkOptions
let contactId: string
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = createWorker()
  await worker.leases.renew()
})
beforeEach(async () => {
  // Waits for the answer to its greeting, and is in memory.
  contactId = (await line.accept(leadOf(line.tenant))).contactId ?? ''
  await drain(worker)
})
afterAll(() => line.close())

function createWorker(): WorkOptions {
  const { pool, logger } = line
  const workerId = createId('worker')
  return {
    pool,
    workerId,
    logger,
    leases: createLeaseKeeper(pool, workerId, 30),
    facts: createTenantFactsCache(),
    states: createStateCache(),
    size: createBatchSize(),
    onCommitted: () => {},
  }
}

async function drain(by: WorkOptions): Promise<void> {
  while (await workOnce(by));
}

const stored = async (): Promise<unknown> => {
  const text = 'select state from actor_snapshots where contact_id = $1'
  return (await line.rows<{ state: unknown }>(text, [contactId]))[0]?.state
}

/** What the worker would go on with; it is put back. */
async function remembered(): Promise<unknown> {
  const place = { tenantId: line.tenant.id, contactId }
  const epoch = worker.leases.owned().get(shardOf(line.tenant.id, contactId)) ?? -1
  const state = worker.states.take(place, epoch)
  if (state) worker.states.keep(place, epoch, state, 100)
  return JSON.parse(JSON.stringify(state))
}

const walk = (): Promise<string> => line.enqueue(contactId, { type: 'step.taken' })

/** Nothing was written: what memory says is nothing, or the same; and what comes next builds on the row. */
async function expectGoesOn(): Promise<void> {
  const before = (await stored()) as { seq: number }
  const known = await remembered()
  if (known !== null) expect(known).toEqual(before)
  await line.rows('update mailbox set retry_at = now() where contact_id = $1', [contactId])
  await walk()
  await drain(worker)
  expect(await remembered()).toEqual(await stored())
  const seqs = 'select seq from journal where contact_id = $1 order by seq'
  const steps = (await line.rows<{ seq: number }>(seqs, [contactId])).map(({ seq }) => seq)
  expect(steps).toEqual(steps.map((_, index) => index + 1))
  expect(await stored()).toMatchObject({ seq: steps.length })
  expect(steps.length).toBeGreaterThan(before.seq)
}

test('a contact in memory is as its row says, and is not read again', async () => {
  expect(await remembered()).toEqual(await stored())
  await line.rows(
    `update actor_snapshots set state = '{"format": "nobody reads this"}' where contact_id = $1`,
    [contactId],
  )
  await walk()
  await drain(worker)
  expect(await stored()).toMatchObject({ seq: 2 })
})

test('I8: after a shard was in other hands its contacts are read again', async () => {
  await worker.leases.release()
  const other = createWorker()
  await other.leases.renew()
  await walk()
  await drain(other)
  await other.leases.release()
  await worker.leases.renew()
  expect(await stored()).toMatchObject({ seq: 2 })
  await expectGoesOn()
})

test('I4: a state whose commit the database refuses is forgotten', async () => {
  await walk()
  await line.rows('alter table journal add constraint broken check (seq < 2) not valid')
  await workOnce(worker)
  await line.rows('alter table journal drop constraint broken')
  expect(await stored()).toMatchObject({ seq: 1 })
  await expectGoesOn()
})

test('I2: a state whose envelope somebody else took is forgotten', async () => {
  await walk()
  const thief = await line.pool.connect()
  await thief.query('begin')
  await thief.query('delete from mailbox where contact_id = $1', [contactId])
  const working = workOnce(worker)
  await until('the worker wants the envelope too', async () => {
    const text =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%from mailbox%'"
    return (await line.rows(text)).length > 0
  })
  await thief.query('commit')
  thief.release()
  await working
  await worker.leases.renew()
  expect(await stored()).toMatchObject({ seq: 1 })
  await expectGoesOn()
})

test('I4: a state is forgotten when the connection breaks before its commit', async () => {
  await line.rows(`create function cut() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`)
  await line.rows('create trigger cut after insert on journal for each row execute function cut()')
  await walk()
  await expect(workOnce(worker)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  await line.rows('drop trigger cut on journal')
  expect(await stored()).toMatchObject({ seq: 1 })
  await expectGoesOn()
})

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createWorkflows } from '../commands/workflows/workflows.ts'
import { leadOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTenant, type TestTenant } from '../testing/tenant.ts'
import { fireSchedules } from './fire-schedules.ts'

let line: TestLine
let worker: TestWorker
let tenant: TestTenant
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
})
beforeEach(async () => {
  await line.pool.query('delete from schedules')
  tenant = await createTenant(line.pool)
})
afterAll(() => line.close())

const DAILY = { type: 'schedule', cron: '0 9 * * *', audience: { all: true } }
const documentOf = (trigger: object, id = 'wf_daily') => ({
  id,
  name: 'Bom dia',
  trigger,
  nodes: [{ id: 'guarda', type: 'set.variable', set: { at: '$.payload.at' } }],
})

async function publishes(trigger: object, id = 'wf_daily'): Promise<void> {
  const workflows = createWorkflows(line.orm)
  await workflows.save(tenant.actor, documentOf(trigger, id))
  await workflows.publish(tenant.actor, id)
}

/** Contacts of the tenant, the first of them with the tag `vip`, and nothing of them in the mailbox. */
async function contacts(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const lead = leadOf(tenant, { address: { phone: newPhone() } })
    const { contactId } = await line.acceptor.accept(tenant.id, lead)
    ids.push(contactId ?? '')
  }
  await line.pool.query(`update contacts set tags = '{vip}' where id = $1`, [ids[0]])
  await line.pool.query('delete from mailbox')
  return ids.toSorted()
}

const makeDue = (age = '1 s') =>
  line.pool.query(
    `update schedules set next_at = date_trunc('second', clock_timestamp()) - $1::interval`,
    [age],
  )

const schedule = async () => {
  const [row] = await line.rows<{
    next_at: Date | null
    firing_at: Date | null
    reached: string
    ahead: number
  }>(
    `select next_at, firing_at, reached, extract(epoch from next_at - clock_timestamp())::float8 as ahead
     from schedules where tenant_id = $1`,
    [tenant.id],
  )
  return row
}

const fired = async (): Promise<string[]> => {
  const text = `select contact_id as id from mailbox where tenant_id = $1 and envelope->>'type' = 'schedule.fired'
    order by mailbox.id`
  return (await line.rows<{ id: string }>(text, [tenant.id])).map(({ id }) => id)
}

/** Turns until nothing is due. */
async function fireAll(batchSize?: number): Promise<number> {
  let turns = 0
  while (await fireSchedules(line.pool, batchSize)) turns += 1
  return turns
}

test('a due schedule starts a run for each contact, in batches, and is due again at its next time', async () => {
  const ids = await contacts(5)
  await publishes(DAILY)
  expect(await fireAll()).toBe(0)
  await makeDue()
  expect(await fireAll(2)).toBe(3)
  expect(await fired()).toEqual(ids)
  const { ahead = 0, firing_at, reached } = (await schedule()) ?? {}
  expect([firing_at, reached]).toEqual([null, ''])
  expect(ahead).toBeGreaterThan(0)
  expect(ahead).toBeLessThanOrEqual(24 * 3600)
  await worker.drain()
  const runs = await line.rows<{ at: string }>(
    `select context_json->'vars'->>'at' as at from workflow_runs where tenant_id = $1 and status = 'done'`,
    [tenant.id],
  )
  expect(runs).toHaveLength(5)
  expect(new Set(runs.map(({ at }) => at)).size).toBe(1)
})

test('the audience is everyone, those with one of the tags, or nobody', async () => {
  const [first] = await contacts(3)
  await publishes({ ...DAILY, audience: { tags: ['outra', 'vip'] } })
  await makeDue()
  await fireAll()
  expect(await fired()).toEqual([first])
  await publishes({ type: 'schedule', cron: '0 9 * * *' })
  expect(await schedule()).toBeUndefined()
})

test('a schedule starts its own workflow only, and knows what the contact is', async () => {
  const [id = ''] = await contacts(1)
  await publishes({ ...DAILY, audience: { tags: ['ninguém'] } }, 'wf_other')
  await publishes(DAILY)
  await makeDue()
  await fireAll()
  await worker.drain()
  const runs = await line.rows('select workflow_id from workflow_runs where tenant_id = $1', [
    tenant.id,
  ])
  expect(runs).toEqual([{ workflow_id: 'wf_daily' }])
  const [snapshot] = await line.rows<{ tags: string[] }>(
    `select state->'contact'->'tags' as tags from actor_snapshots where contact_id = $1`,
    [id],
  )
  expect(snapshot?.tags).toEqual(['vip'])
})

test('what the contact agreed to goes with it', async () => {
  const [id = ''] = await contacts(1)
  const text = `update contacts set consents_json = '{"marketing": true}' where id = $1`
  await line.pool.query(text, [id])
  await publishes(DAILY)
  await makeDue()
  await fireAll()
  const told = `select envelope->'contact'->'consents' as consents from mailbox where contact_id = $1`
  expect(await line.rows(told, [id])).toEqual([{ consents: { marketing: true } }])
})

test('I2: however many workers look at the same moment, each contact is told once', async () => {
  const ids = await contacts(6)
  await publishes(DAILY)
  await makeDue()
  await Promise.all([fireAll(1), fireAll(1), fireAll(2)])
  await fireAll(1)
  expect((await fired()).toSorted()).toEqual(ids)
})

test('I2: what ends before its commit loses and doubles nobody', async () => {
  const ids = await contacts(4)
  await publishes(DAILY)
  await makeDue()
  await fireSchedules(line.pool, 2)
  // The batch is in the mailbox and its keys are claimed when this stops the transaction.
  await line.pool.query(`alter table schedules add constraint dies check (reached <= '${ids[1]}')`)
  await expect(fireSchedules(line.pool, 2)).rejects.toThrow('dies')
  expect(await fired()).toEqual(ids.slice(0, 2))
  await line.pool.query('alter table schedules drop constraint dies')
  await fireAll(2)
  expect(await fired()).toEqual(ids)
})

test('a moment that came while nobody ran is told once, late, and the missed ones before now are not', async () => {
  await contacts(1)
  await publishes({ ...DAILY, cron: '* * * * *' })
  await makeDue('3 hours')
  await fireAll()
  expect(await fired()).toHaveLength(1)
  expect((await schedule())?.ahead).toBeGreaterThan(0)
})

test('publishing again keeps what is due, and a firing under way goes on to its end', async () => {
  const ids = await contacts(4)
  await publishes(DAILY)
  await makeDue()
  await publishes(DAILY)
  await fireSchedules(line.pool, 2)
  await publishes({ ...DAILY, cron: '30 9 * * *' })
  await fireAll(2)
  expect((await fired()).toSorted()).toEqual(ids)
  await line.pool.query('delete from mailbox')
  await makeDue('1 minute')
  await publishes({ ...DAILY, cron: '0 10 * * *' })
  await fireAll()
  expect((await fired()).toSorted()).toEqual(ids)
  expect((await schedule())?.ahead).toBeGreaterThan(0)
})

test('the same moment of the same schedule is told once, even if it should come again', async () => {
  await contacts(2)
  await publishes(DAILY)
  const at = "update schedules set next_at = '2026-01-01T12:00:00Z'"
  for (let n = 0; n < 2; n += 1) {
    await line.pool.query(at)
    await fireAll()
  }
  expect(await fired()).toHaveLength(2)
})

test('a workflow whose trigger is no schedule any more is not due', async () => {
  await contacts(1)
  await publishes(DAILY)
  await makeDue()
  await publishes({ type: 'manual' })
  expect(await fireAll()).toBe(0)
  expect(await fired()).toEqual([])
})

test('the times are by the tenant’s clock, or by the one that the trigger names', async () => {
  const hourOf = async () => {
    const [row] = await line.rows<{ hour: number }>(
      `select extract(hour from next_at at time zone 'UTC')::int as hour from schedules where tenant_id = $1`,
      [tenant.id],
    )
    return row?.hour
  }
  await publishes(DAILY)
  expect(await hourOf()).toBe(12)
  await publishes({ ...DAILY, zone: 'Asia/Tokyo' })
  expect(await hourOf()).toBe(0)
})

test('a contact with endless fields does not stop the others', async () => {
  const ids = await contacts(3)
  await line.pool.query(
    `update contacts set fields_json = jsonb_build_object('a', repeat('x', 300000)) where id = $1`,
    [ids[1]],
  )
  await publishes(DAILY)
  await makeDue()
  await fireAll()
  expect(await fired()).toEqual(ids)
})

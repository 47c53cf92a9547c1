import { afterAll, beforeAll, expect, test } from 'vitest'
import { leadOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../testing/outbox.ts'
import { createScriptConnector } from '../testing/script-connector.ts'
import { publish } from '../testing/tenant.ts'
import { WELCOME } from '../testing/workflows.ts'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker()
  await worker.leases.renew()
  outbox = createTestOutbox(line, worker, createScriptConnector().registry)
})
afterAll(() => line.close())

/** Contacts that wait for their purchase, each with a timer two days ahead. */
async function waiting(count: number): Promise<string[]> {
  const effects = await outbox.greetMany(count)
  await outbox.dispatch()
  for (const { id } of effects) await outbox.perform(id)
  await worker.drain()
  return effects.map(({ contactId }) => contactId)
}

const makeDue = (contactId: string, age = '0 s') =>
  line.pool.query(
    'update timers set due_at = clock_timestamp() - $2::interval where contact_id = $1',
    [contactId, age],
  )

const firedIn = async (contacts: string[]): Promise<string[]> => {
  const text = `select contact_id as id from mailbox where contact_id = any($1) and envelope->>'type' = 'timer.fired'
    order by mailbox.id`
  return (await line.rows<{ id: string }>(text, [contacts])).map(({ id }) => id)
}

const stateOf = async (contactId: string): Promise<string | undefined> => {
  const text = `select coalesce(p.state, r.state) as state from workflow_runs r left join run_places p on p.run_id = r.id
    where r.contact_id = $1`
  return (await line.rows<{ state: string }>(text, [contactId]))[0]?.state
}

test('I7: a timer lies exactly its time after the Step, by the database clock, and does not fire early', async () => {
  const [contactId = ''] = await waiting(1)
  const [row] = await line.rows<{ ahead: number }>(
    `select extract(epoch from t.due_at - j.at)::int as ahead from timers t
     join journal j on j.contact_id = t.contact_id where t.contact_id = $1 order by j.seq desc limit 1`,
    [contactId],
  )
  expect(row?.ahead).toBe(2 * 24 * 3600)
  await line.pool.query(
    "update timers set due_at = clock_timestamp() + interval '500 ms' where contact_id = $1",
    [contactId],
  )
  expect(await worker.fireTimers()).toBe(0)
  expect(await firedIn([contactId])).toEqual([])
  await makeDue(contactId)
  expect(await worker.fireTimers()).toBe(1)
})

test('I7: a timer that is not due does not fire along with one of its shard that is', async () => {
  const [due = '', early = ''] = await waiting(2)
  await line.pool.query(
    "update timers set shard = 9, due_at = clock_timestamp() + interval '700 ms' where contact_id = any($1)",
    [[due, early]],
  )
  await makeDue(due)
  expect(await worker.fireTimers()).toBe(1)
  expect(await firedIn([due, early])).toEqual([due])
  await makeDue(early)
  expect(await worker.fireTimers()).toBe(1)
})

test('I7: a due timer fires once, however many look at the same moment, and moves its run', async () => {
  const contacts = await waiting(5)
  for (const contactId of contacts) await makeDue(contactId)
  const fired = await Promise.all([worker.fireTimers(), worker.fireTimers(), worker.fireTimers()])
  expect(fired.reduce((sum, count) => sum + count, 0)).toBe(5)
  expect((await firedIn(contacts)).toSorted()).toEqual(contacts.toSorted())
  await worker.drain()
  for (const contactId of contacts) expect(await stateOf(contactId)).toBe('remind')
  expect(await worker.fireTimers()).toBe(0)
})

test('I7: what is due fires in due order', async () => {
  const contacts = await waiting(4)
  const order = [2, 0, 3, 1].map((n) => contacts[n] ?? '')
  for (const [n, contactId] of order.entries()) await makeDue(contactId, `${60 - n} s`)
  await worker.fireTimers()
  expect(await firedIn(contacts)).toEqual(order)
})

test('I7: a timer that was cleared does not fire', async () => {
  const [contactId = ''] = await waiting(1)
  await line.enqueue(contactId, { type: 'purchase.approved' })
  await worker.drain()
  expect(await stateOf(contactId)).toBe('thank')
  expect(await line.rows('select 1 from timers where contact_id = $1', [contactId])).toEqual([])
})

test('I7: a firing that the purchase overtook moves nothing', async () => {
  const [contactId = ''] = await waiting(1)
  await line.enqueue(contactId, { type: 'purchase.approved' })
  await makeDue(contactId)
  await worker.fireTimers()
  await worker.drain()
  expect(await stateOf(contactId)).toBe('thank')
  const [last] = await line.rows<{ note: string }>(
    "select entry->>'note' as note from journal where contact_id = $1 order by seq desc limit 1",
    [contactId],
  )
  expect(last?.note).toBe('timer_outdated')
})

test('I7: a firing of an older generation moves nothing, the present one still stands', async () => {
  const [contactId = ''] = await waiting(1)
  const [timer] = await line.rows<{ run: string; timer: string; generation: number }>(
    'select run_id as run, timer_id as timer, generation from timers where contact_id = $1',
    [contactId],
  )
  await line.enqueue(contactId, {
    type: 'timer.fired',
    payload: {
      runId: timer?.run ?? '',
      timerId: timer?.timer ?? '',
      generation: (timer?.generation ?? 0) - 1,
    },
  })
  await worker.drain()
  expect(await stateOf(contactId)).toBe('await_purchase')
  expect(await line.rows('select 1 from timers where contact_id = $1', [contactId])).toHaveLength(1)
})

test('I8: a worker fires no timer of a shard that it lost, and drops it', async () => {
  const [contactId = ''] = await waiting(1)
  await makeDue(contactId)
  await line.pool.query(
    `update shard_leases set epoch = epoch + 1 where shard = (select shard from timers where contact_id = $1)`,
    [contactId],
  )
  expect(await worker.fireTimers()).toBe(0)
  expect(worker.leases.owned().size).toBe(255)
  await worker.leases.renew()
  expect(await worker.fireTimers()).toBe(1)
})

test('a lead and its timer meet in one mailbox in the order of their acceptance', async () => {
  const [contactId = ''] = await waiting(1)
  const [contact] = await line.rows<{ phone: string }>(
    'select phone_e164 as phone from contacts where id = $1',
    [contactId],
  )
  await makeDue(contactId)
  await worker.fireTimers()
  await line.accept(leadOf(line.tenant, { address: { phone: contact?.phone ?? '' } }))
  const text = "select envelope->>'type' as type from mailbox where contact_id = $1 order by id"
  expect(await line.rows(text, [contactId])).toEqual([
    { type: 'timer.fired' },
    { type: 'lead.captured' },
  ])
})

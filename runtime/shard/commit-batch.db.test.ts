import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leadOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { publish } from '../testing/tenant.ts'
import { until } from '../testing/until.ts'
import { NOTE, WELCOME } from '../testing/workflows.ts'
import { shardOf } from './shard-of.ts'

let line: TestLine
let worker: TestWorker
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  await publish(line.pool, line.tenant, NOTE)
  worker = line.createWorker()
  await worker.leases.renew()
})
afterAll(() => line.close())

async function newContact(source = 'nobody listens'): Promise<string> {
  const { contactId } = await line.accept(leadOf(line.tenant, { source }))
  return contactId ?? ''
}

/** Everything that a batch writes for a contact, as counts. */
async function traces(contactId: string): Promise<Record<string, number>> {
  const tables = [
    'mailbox',
    'actor_snapshots',
    'journal',
    'workflow_runs',
    'timers',
    'outbox',
    'messages',
  ]
  const counts = tables.map(
    (table) => `(select count(*)::int from ${table} where contact_id = $1) as ${table}`,
  )
  const [row] = await line.rows<Record<string, number>>(`select ${counts.join()}`, [contactId])
  return row ?? {}
}

const eventsOf = async (contactId: string): Promise<string[]> => {
  const text = 'select event_type as type from journal where contact_id = $1 order by seq'
  return (await line.rows<{ type: string }>(text, [contactId])).map(({ type }) => type)
}

test('I4: a batch writes snapshot, journal, run, effect, message and counter, and takes the mailbox row', async () => {
  const contactId = await newContact('instagram')
  await worker.drain()
  expect(await traces(contactId)).toEqual({
    mailbox: 0,
    actor_snapshots: 1,
    journal: 1,
    workflow_runs: 1,
    timers: 0,
    outbox: 1,
    messages: 1,
  })
  const [effect] = await line.rows<{ id: string; run_id: string; lane: string }>(
    'select id, run_id, lane from outbox where contact_id = $1',
    [contactId],
  )
  expect(effect?.id).toBe(`eff_${effect?.run_id.slice(4)}_1`)
  expect(effect?.lane).toBe(`${contactId}:${line.tenant.channelId}`)
  const counts = 'select state, contacts from state_counts where shard = $1 and contacts > 0'
  expect(await line.rows(counts, [shardOf(line.tenant.id, contactId)])).toContainEqual({
    state: 'greet',
    contacts: 1,
  })
})

test('I4: a commit that fails at its last statement leaves nothing, and the same effect comes next time', async () => {
  const contactId = await newContact('instagram')
  const breakIt =
    'alter table state_counts add constraint broken check (contacts is null) not valid'
  await line.pool.query(breakIt)
  await worker.workOnce()
  await line.pool.query('alter table state_counts drop constraint broken')
  expect(await traces(contactId)).toEqual({
    mailbox: 1,
    actor_snapshots: 0,
    journal: 0,
    workflow_runs: 0,
    timers: 0,
    outbox: 0,
    messages: 0,
  })
  await line.pool.query('update mailbox set retry_at = now(), attempts = 1 where contact_id = $1', [
    contactId,
  ])
  await worker.drain()
  expect(await traces(contactId)).toMatchObject({ mailbox: 0, journal: 1, outbox: 1, messages: 1 })
})

test('I3: envelopes of one contact are applied in order across batches and workers', async () => {
  const contactId = await newContact()
  const sent = Array.from({ length: 1_100 }, (_, n) => `step.n${n}`)
  for (let n = 0; n < sent.length; n += 100) {
    await Promise.all(sent.slice(n, n + 100).map((type) => line.enqueue(contactId, { type })))
  }
  const [waiting] = await line.rows<{ types: string[] }>(
    "select array_agg(envelope->>'type' order by id) as types from mailbox where contact_id = $1",
    [contactId],
  )
  await worker.workOnce()
  const other = line.createWorker()
  await worker.leases.release()
  await other.leases.renew()
  await other.drain()
  await other.leases.release()
  await worker.leases.renew()
  expect(await eventsOf(contactId)).toEqual(waiting?.types)
  const [snapshot] = await line.rows('select seq from actor_snapshots where contact_id = $1', [
    contactId,
  ])
  expect(snapshot).toEqual({ seq: 1_101 })
})

test('I3: an envelope that commits late, behind others that were consumed, is not skipped (F29)', async () => {
  const contactId = await newContact()
  await worker.drain()
  const late = new pg.Client({ connectionString: line.url })
  await late.connect()
  await late.query('begin')
  await late.query(
    `insert into mailbox (tenant_id, contact_id, shard, envelope)
     select $1, $2, $3, json_build_object('event_id', 'evt_late', 'tenant_id', $1::text, 'contact_id', $2::text,
       'type', 'came.late', 'source', 'test', 'occurred_at', now(), 'correlation_id', 'evt_late', 'payload', '{}'::json)`,
    [line.tenant.id, contactId, shardOf(line.tenant.id, contactId)],
  )
  await line.enqueue(contactId, { type: 'came.first' })
  await worker.drain()
  expect((await eventsOf(contactId)).at(-1)).toBe('came.first')
  await late.query('commit')
  await late.end()
  await worker.drain()
  expect((await eventsOf(contactId)).slice(-2)).toEqual(['came.first', 'came.late'])
})

test('I8: a worker whose epoch is outdated writes nothing and drops the shard; the other goes on', async () => {
  const contactId = await newContact('instagram')
  const shard = shardOf(line.tenant.id, contactId)
  const stale = new Map(worker.leases.owned())
  // The shard changes hands without this worker hearing of it.
  await line.pool.query(
    "update shard_leases set owner = 'wrk_other', epoch = epoch + 1 where shard = $1",
    [shard],
  )
  await worker.workOnce()
  expect(await traces(contactId)).toMatchObject({ mailbox: 1, journal: 0, outbox: 0, messages: 0 })
  expect(worker.leases.owned().has(shard)).toBe(false)
  expect(worker.leases.owned().size).toBe(stale.size - 1)
  await worker.leases.renew()
  expect(worker.leases.owned().get(shard)).toBeGreaterThan(stale.get(shard) ?? 0)
  await worker.drain()
  expect(await traces(contactId)).toMatchObject({ mailbox: 0, journal: 1, outbox: 1 })
})

test('I8: a shard that went and came back between claim and commit is refused all the same', async () => {
  const contactId = await newContact('instagram')
  const shard = shardOf(line.tenant.id, contactId)
  await worker.leases.release()
  const other = line.createWorker()
  await other.leases.renew()
  const blocker = new pg.Client({ connectionString: line.url })
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query('lock table channels in access exclusive mode')
  // It has claimed and now looks for the tenant's channels; meanwhile its shard goes and comes back.
  const working = other.workOnce()
  await until('the worker has claimed', async () => {
    const text =
      "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%channels%'"
    return (await line.rows(text)).length > 0
  })
  await line.pool.query('update shard_leases set epoch = epoch + 2 where shard = $1', [shard])
  await other.leases.renew()
  await blocker.query('rollback')
  await blocker.end()
  await working
  expect(await traces(contactId)).toMatchObject({ mailbox: 1, journal: 0, outbox: 0 })
  await other.leases.renew()
  await other.drain()
  expect(await traces(contactId)).toMatchObject({ mailbox: 0, journal: 1, outbox: 1 })
  await other.leases.release()
  await worker.leases.renew()
})

test('I2: an envelope that somebody else consumed meanwhile is not applied again', async () => {
  const contactId = await newContact('instagram')
  const thief = new pg.Client({ connectionString: line.url })
  await thief.connect()
  await thief.query('begin')
  await thief.query('delete from mailbox where contact_id = $1', [contactId])
  const working = worker.workOnce()
  await thief.query('commit')
  await thief.end()
  await working
  expect(await traces(contactId)).toMatchObject({ mailbox: 0, journal: 0, outbox: 0 })
  await worker.leases.renew()
})

test('a poisoned envelope is parked after three tries, those behind it wait, and nobody else does', async () => {
  const [sick, healthy] = [await newContact(), await newContact()]
  await worker.drain()
  await line.enqueue(sick, { type: 'before.poison' })
  const poison = await line.enqueue(sick, { type: 'timer.fired', payload: null as never })
  await line.enqueue(sick, { type: 'after.poison' })
  for (let attempt = 1; attempt <= 3; attempt++) {
    await line.enqueue(healthy, { type: `walk.n${attempt}` })
    await worker.drain()
    expect((await eventsOf(healthy)).at(-1)).toBe(`walk.n${attempt}`)
    const [held] = await line.rows<{ attempts: number; isResting: boolean }>(
      `select attempts, retry_at > clock_timestamp() as "isResting" from mailbox where envelope->>'event_id' = $1`,
      [poison],
    )
    expect(held).toEqual({ attempts: attempt, isResting: true })
    await line.pool.query("update mailbox set retry_at = now() where envelope->>'event_id' = $1", [
      poison,
    ])
  }
  await worker.drain()
  expect((await eventsOf(sick)).slice(1)).toEqual(['before.poison'])
  const letters = 'select id, kind, code, reason from dead_letters where contact_id = $1'
  expect(await line.rows(letters, [sick])).toEqual([
    {
      id: poison,
      kind: 'envelope',
      code: 'ENVELOPE_PARKED',
      reason: expect.stringMatching(/TypeError/),
    },
  ])
  // Once a person has taken the poison out, the rest follows in order.
  await line.pool.query('delete from mailbox where parked_at is not null')
  await worker.drain()
  expect((await eventsOf(sick)).slice(1)).toEqual(['before.poison', 'after.poison'])
})

test('a row that the database refuses is bisected out to its envelope; batch and contact keep what is sound', async () => {
  const lead = (source: string, payload: object) => ({
    type: 'lead.captured',
    source,
    payload: payload as never,
  })
  const contacts = await Promise.all(Array.from({ length: 8 }, () => newContact()))
  await worker.drain()
  const [sick = '', ...others] = contacts
  for (const contactId of others) await line.enqueue(contactId, lead('note', { said: 'fine' }))
  await line.enqueue(sick, lead('note', { said: 'first' }))
  const bad = await line.enqueue(sick, lead('note', { said: 'a \u0000 b' }))
  await line.enqueue(sick, lead('note', { said: 'third' }))
  await worker.drain()
  for (const contactId of others) expect(await eventsOf(contactId)).toHaveLength(2)
  expect(await eventsOf(sick)).toEqual(['lead.captured', 'lead.captured'])
  const held = `select envelope::text like $2 as "isBad", attempts from mailbox where contact_id = $1 order by id`
  expect(await line.rows(held, [sick, `%${bad}%`])).toEqual([
    { isBad: true, attempts: 1 },
    { isBad: false, attempts: 0 },
  ])
  for (const _ of [2, 3]) {
    await line.pool.query('update mailbox set retry_at = now() where attempts > 0')
    await worker.drain()
  }
  expect(
    await line.rows('select id, reason from dead_letters where contact_id = $1', [sick]),
  ).toEqual([{ id: bad, reason: expect.stringMatching(/Unicode/) }])
})

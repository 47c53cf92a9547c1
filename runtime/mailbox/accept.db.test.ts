import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { createPool } from '../db/pool.ts'
import { eventOf, leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant } from '../testing/tenant.ts'
import { until } from '../testing/until.ts'
import { createAcceptor } from './accept.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

const count = async (text: string, values: unknown[]): Promise<number> =>
  Number((await line.rows<{ n: number }>(`select count(*) as n from ${text}`, values))[0]?.n)

test('I1: an accepted lead is stored whole: key, event, contact, lead and mailbox row', async () => {
  const lead = leadOf(line.tenant)
  const { duplicate, eventId, contactId } = await line.accept(lead)
  expect(duplicate).toBe(false)
  expect(
    await count('accepted_keys where key = $1 and event_id = $2', [lead.dedupeKey, eventId]),
  ).toBe(1)
  expect(await count('events where id = $1 and contact_id = $2', [eventId, contactId])).toBe(1)
  expect(await count('leads where event_id = $1 and contact_id = $2', [eventId, contactId])).toBe(1)
  expect(
    await line.rows('select name, phone_e164 as phone, email from contacts where id = $1', [
      contactId,
    ]),
  ).toEqual([{ name: 'Ana', phone: lead.address.phone, email: null }])
  const mail = await line.rows('select envelope from mailbox where contact_id = $1', [contactId])
  expect(mail).toMatchObject([
    {
      envelope: {
        event_id: eventId,
        type: 'lead.captured',
        contact: { name: 'Ana', phone: lead.address.phone },
        payload: lead.payload,
      },
    },
  ])
})

test('I1: a message is stored with its conversation and marks the channel of its contact', async () => {
  const phone = newPhone()
  const first = await line.accept(messageOf(line.tenant, { address: { phone }, text: 'Oi' }))
  const second = await line.accept(
    messageOf(line.tenant, { address: { phone }, text: 'Tudo bem?' }),
  )
  expect(second.contactId).toBe(first.contactId)
  expect(await count('conversations where contact_id = $1', [first.contactId])).toBe(1)
  const messages = await line.rows<{ text: string }>(
    "select content_json->>'text' as text from messages where contact_id = $1 and direction = 'in' order by id",
    [first.contactId],
  )
  expect(messages.map(({ text }) => text)).toEqual(['Oi', 'Tudo bem?'])
  expect(
    await line.rows('select last_channel from contacts where id = $1', [first.contactId]),
  ).toEqual([{ last_channel: 'whatsapp' }])
})

test('I1: what cannot be stored whole is not stored at all and does not take its group along', async () => {
  const bad = leadOf(line.tenant, { payload: { said: 'a \u0000 b' } })
  const good = Array.from({ length: 6 }, () => leadOf(line.tenant))
  const outcomes = await Promise.allSettled(
    [...good.slice(0, 3), bad, ...good.slice(3)].map((lead) => line.accept(lead)),
  )
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    true,
    true,
    false,
    true,
    true,
    true,
  ])
  expect(await count('accepted_keys where key = $1', [bad.dedupeKey])).toBe(0)
  expect(await count('contacts where phone_e164 = $1', [bad.address.phone])).toBe(0)
})

test('what the database refuses is named, not the statement that was passed over after it', async () => {
  const pool = createPool(line.url, { max: 1, name: 'one-chunk' })
  const client = (await pool.connect()) as unknown as pg.Client & { connection: { stream: Socket } }
  const { stream } = client.connection
  const other = await line.pool.connect()
  await other.query('begin; lock table accepted_keys in exclusive mode')
  ;(client as unknown as pg.PoolClient).release()
  const arrival = leadOf(line.tenant, { nonceKey: 'nonce:'.padEnd(501, 'x') })
  const refused = createAcceptor(pool)
    .accept(line.tenant.id, arrival)
    .catch((error: unknown) => error)
  const isIn = (state: string) => async () =>
    (await count(`pg_stat_activity where application_name = 'one-chunk' and ${state}`, [])) > 0
  await until('the insert waits', isIn("wait_event_type = 'Lock'"))
  // Both answers are read at once.
  stream.pause()
  await other.query('rollback')
  other.release()
  await until('both are answered', isIn("state = 'idle in transaction (aborted)'"))
  stream.resume()
  expect(await refused).toMatchObject({ code: '23514' })
  await pool.end()
})

test('I2: one dedupe key fifty times in one gateway is one event; the others name it', async () => {
  const lead = leadOf(line.tenant)
  const accepted = await Promise.all(Array.from({ length: 50 }, () => line.accept(lead)))
  const [event] = new Set(accepted.map(({ eventId }) => eventId))
  expect(new Set(accepted.map(({ eventId }) => eventId)).size).toBe(1)
  expect(accepted.filter(({ duplicate }) => duplicate)).toHaveLength(49)
  expect(await count('events where id = $1', [event])).toBe(1)
  expect(await count("mailbox where envelope->>'event_id' = $1", [event])).toBe(1)
  expect(await count('contacts where phone_e164 = $1', [lead.address.phone])).toBe(1)
})

test('I2: one dedupe key fifty times over two gateways is one event, one mailbox row, one contact', async () => {
  const pools = [0, 1].map(() => createPool(line.url, { max: 4, name: 'gateway' }))
  const gateways = pools.map(createAcceptor)
  const leads = Array.from({ length: 5 }, () => leadOf(line.tenant))
  const accepted = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      leads.map((lead) => gateways[n % 2]!.accept(line.tenant.id, lead)),
    ).flat(),
  )
  expect(accepted.filter(({ duplicate }) => !duplicate)).toHaveLength(5)
  expect(new Set(accepted.map(({ eventId }) => eventId)).size).toBe(5)
  const phones = leads.map(({ address }) => address.phone)
  expect(await count('contacts where phone_e164 = any($1)', [phones])).toBe(5)
  expect(
    await count('mailbox m join contacts c on c.id = m.contact_id where c.phone_e164 = any($1)', [
      phones,
    ]),
  ).toBe(5)
  await Promise.all(pools.map((pool) => pool.end()))
})

test('I2: a nonce is good for one request, also for another event, and the second stores nothing', async () => {
  const nonceKey = 'nonce:src:abc'
  await line.accept(leadOf(line.tenant, { nonceKey }))
  const second = leadOf(line.tenant, { nonceKey })
  await expect(line.accept(second)).rejects.toMatchObject({ code: 'WEBHOOK_REPLAYED' })
  expect(await count('accepted_keys where key = $1', [second.dedupeKey])).toBe(0)
  expect(await count('contacts where phone_e164 = $1', [second.address.phone])).toBe(0)
})

test('a nonce and a dedupe key of one tenant mean nothing to another', async () => {
  const other = await createTenant(line.pool)
  const lead = leadOf(line.tenant, { nonceKey: 'nonce:src:both' })
  const [mine, theirs] = await Promise.all([
    line.accept(lead),
    line.acceptor.accept(other.id, { ...lead, sourceId: other.sourceId }),
  ])
  expect(theirs.duplicate).toBe(false)
  expect(theirs.eventId).not.toBe(mine.eventId)
  expect(theirs.contactId).not.toBe(mine.contactId)
})

test('an event about nobody we know is refused, and welcome once the contact exists', async () => {
  const phone = newPhone()
  const event = eventOf(line.tenant, { address: { phone }, unknownContact: 'reject' })
  await expect(line.accept(event)).rejects.toMatchObject({
    code: 'CONTACT_UNKNOWN',
    field: 'contact',
  })
  expect(await count('accepted_keys where key = $1', [event.dedupeKey])).toBe(0)
  const { contactId } = await line.accept(leadOf(line.tenant, { address: { phone } }))
  expect(await line.accept(event)).toMatchObject({ duplicate: false, contactId })
})

test('a contact is found by phone, by e-mail and by external id, the phone being the strongest', async () => {
  const phone = newPhone()
  const email = `${phone.slice(1)}@example.com`
  const made = await line.accept(
    eventOf(line.tenant, { address: { phone, email, externalId: phone } }),
  )
  const other = await line.accept(leadOf(line.tenant))
  const addresses = [{ phone }, { email }, { externalId: phone }]
  for (const address of addresses) {
    const { contactId } = await line.accept(
      eventOf(line.tenant, { address, unknownContact: 'reject' }),
    )
    expect(contactId).toBe(made.contactId)
  }
  const [row] = await line.rows<{ phone: string }>(
    'select phone_e164 as phone from contacts where id = $1',
    [other.contactId],
  )
  const both = await line.accept(
    eventOf(line.tenant, { address: { phone: row?.phone ?? '', email } }),
  )
  expect(both.contactId).toBe(other.contactId)
})

test('a person who is new to two gateways at the same moment is made once, whatever address each knows', async () => {
  const pools = [0, 1].map(() => createPool(line.url, { max: 4, name: 'gateway' }))
  const gateways = pools.map(createAcceptor)
  const people = Array.from({ length: 20 }, newPhone)
  const sent = people.flatMap((phone, n) => {
    const email = `new-${phone.slice(1)}@example.com`
    const forwards = leadOf(line.tenant, { address: { phone, email } })
    const backwards = leadOf(line.tenant, {
      address: n % 2 === 0 ? { phone, email } : { email, phone },
    })
    return [
      gateways[0]!.accept(line.tenant.id, forwards),
      gateways[1]!.accept(line.tenant.id, backwards),
    ]
  })
  const contacts = new Set((await Promise.all(sent)).map(({ contactId }) => contactId))
  expect(contacts.size).toBe(20)
  await Promise.all(pools.map((pool) => pool.end()))
})

test('a gateway that loses a deadlock to another goes again, and its sender is answered', async () => {
  const email = `dead-${newPhone().slice(1)}@example.com`
  const lead = leadOf(line.tenant, { address: { email } })
  const blocker = new pg.Client({ connectionString: line.url })
  await blocker.connect()
  await blocker.query("set deadlock_timeout = '10s'")
  await blocker.query('begin')
  const contact =
    "insert into contacts (tenant_id, id, email, shard) values ($1, 'cnt_block', $2, 0)"
  await blocker.query(contact, [line.tenant.id, email])
  const accepted = line.accept(lead)
  await waitForLock()
  // The lead holds its key by now and waits for the e-mail address: a circle.
  const key = "insert into accepted_keys (tenant_id, key, event_id) values ($1, $2, 'evt_block')"
  await blocker.query(key, [line.tenant.id, lead.dedupeKey])
  await blocker.query('rollback')
  await blocker.end()
  expect(await accepted).toMatchObject({ duplicate: false })
  expect(await count('contacts where email = $1', [email])).toBe(1)
})

async function waitForLock(): Promise<void> {
  const text = "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
  await until('somebody waits for a lock', async () => (await count(text, [])) > 0)
}

test('statuses of messages that are not ours are acknowledged and move nobody', async () => {
  const status = {
    type: 'status' as const,
    channel: 'whatsapp' as const,
    channelId: line.tenant.channelId,
  }
  const accepted = await line.accept({
    ...status,
    dedupeKey: 'wa:status:foreign',
    occurredAt: '2026-01-15T12:00:00.000Z',
    source: 'whatsapp',
    effectId: null,
    providerMessageId: 'wamid.foreign',
    status: 'read',
    error: null,
  })
  expect(accepted).toEqual({ duplicate: false, eventId: null, contactId: null })
})

test('I1: a database that does not answer is told with a time to come back, to a whole group at once', async () => {
  let connections = 0
  const dead = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await once(dead.listen(0, '127.0.0.1'), 'listening')
  const { port } = dead.address() as AddressInfo
  const pool = createPool(`postgres://nobody@127.0.0.1:${port}/none`, { max: 4, name: 'gateway' })
  const acceptor = createAcceptor(pool)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 300 }, () => acceptor.accept(line.tenant.id, leadOf(line.tenant))),
  )
  for (const outcome of outcomes) {
    const { reason } = outcome as PromiseRejectedResult
    expect(isFluxoError(reason, 'DATABASE_UNAVAILABLE') && reason.retryAfter).toBe(2)
  }
  // The first lead alone, then all the others in one group.
  expect(connections).toBe(2)
  await pool.end()
  dead.close()
})

test('I1: a connection that is cut before the commit stores nothing, and the next try stores it', async () => {
  const blocker = new pg.Client({ connectionString: line.url })
  await blocker.connect()
  await blocker.query('begin')
  await blocker.query('lock table events in access exclusive mode')
  const lead = leadOf(line.tenant)
  const accepted = line.accept(lead).catch((error: unknown) => error)
  await waitForLock()
  await blocker.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
  )
  expect(await accepted).toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryAfter: 2 })
  await blocker.query('rollback')
  await blocker.end()
  expect(await count('accepted_keys where key = $1', [lead.dedupeKey])).toBe(0)
  expect(await line.accept(lead)).toMatchObject({ duplicate: false })
})

test('an arrival that turns out too large as an envelope is refused and stores nothing', async () => {
  const lead = leadOf(line.tenant, { payload: { said: 'x'.repeat(300_000) } })
  await expect(line.accept(lead)).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' })
  expect(await count('accepted_keys where key = $1', [lead.dedupeKey])).toBe(0)
})

test('a message of which only the second is known stands at that second’s end, one that says more where it says', async () => {
  const address = { phone: newPhone() }
  const at = (rest: string) => `2026-01-15T12:00:00${rest}Z`
  const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000).toISOString()
  for (const occurredAt of [at('.250'), at(''), soon]) {
    await line.accept(messageOf(line.tenant, { address, occurredAt }))
  }
  const rows = await line.rows<{ at: Date }>(
    `select m.created_at as at from messages m join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
     where c.phone_e164 = $1 order by m.created_at`,
    [address.phone],
  )
  expect(rows.map((row) => row.at.toISOString())).toEqual([at('.250'), at('.999'), soon])
})

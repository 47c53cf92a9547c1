import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '../db/pool.ts'
import { claimEffects } from '../outbox/executor/claim-effects.ts'
import { leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { publish } from '../testing/tenant.ts'
import { createAcceptor } from './accept.ts'
import { linkIdentities } from './link-identities.ts'

let line: TestLine
let worker: TestWorker
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
})
afterAll(() => line.close())

const newName = () => `US.${newPhone().slice(1)}`
const say = (address: Parameters<typeof messageOf>[1] & object) =>
  line.accept(messageOf(line.tenant, address))
const named = (whatsapp: string, phone?: string) => ({
  address: { ...(phone !== undefined && { phone }), identities: { whatsapp } },
})
const ownerOf = async (value: string) =>
  (
    await line.rows<{ id: string }>(
      'select contact_id as id from contact_identities where value = $1',
      [value],
    )
  )[0]?.id
const phoneOf = async (id: string | null) =>
  (
    await line.rows<{ phone: string | null }>(
      'select phone_e164 as phone from contacts where id = $1',
      [id],
    )
  )[0]?.phone

test('who is known by a channel’s name alone is one contact, also for two gateways and within one group', async () => {
  const pools = [0, 1].map(() => createPool(line.url, { max: 4, name: 'gateway' }))
  const gateways = pools.map(createAcceptor)
  const names = Array.from({ length: 20 }, newName)
  const sent = names.flatMap((name) =>
    [0, 1, 0].map((n) => gateways[n]!.accept(line.tenant.id, messageOf(line.tenant, named(name)))),
  )
  const ids = (await Promise.all(sent)).map(({ contactId }) => contactId)
  expect(new Set(ids).size).toBe(20)
  const [left] = await line.rows(
    `select count(*)::int as n from contacts c where phone_e164 is null and email is null and external_id is null
      and not exists (select 1 from contact_identities i where i.contact_id = c.id)`,
  )
  expect(left).toEqual({ n: 0 })
  await Promise.all(pools.map((pool) => pool.end()))
})

test('who was known by name gets the number that shows up later, and its actor hears it at once', async () => {
  const name = newName()
  const phone = newPhone()
  const first = await say(named(name))
  const second = await say(named(name, phone))
  expect(second.contactId).toBe(first.contactId)
  expect(await phoneOf(first.contactId)).toBe(phone)
  const [last] = await line.rows(
    "select envelope->'contact'->>'phone' as phone from mailbox where contact_id = $1 order by id desc limit 1",
    [first.contactId],
  )
  expect(last).toEqual({ phone })
  expect((await say({ address: { phone } })).contactId).toBe(first.contactId)
})

test('who is known by number gets the name that comes along', async () => {
  const name = newName()
  const phone = newPhone()
  const first = await say({ address: { phone } })
  await say(named(name, phone))
  expect(await ownerOf(name)).toBe(first.contactId)
  expect((await say(named(name))).contactId).toBe(first.contactId)
})

test('a number and a name of two contacts in one signed message are one person: merged at once, once', async () => {
  const name = newName()
  const phone = newPhone()
  const byName = await say(named(name))
  const byPhone = await say({ address: { phone } })
  expect(byName.contactId).not.toBe(byPhone.contactId)
  await Promise.all([say(named(name, phone)), say(named(name, phone))])
  await line.settleDown(worker)
  const merges = await line.rows(
    'select source_id, target_id, source, status from contact_merges where source_id = $1',
    [byName.contactId],
  )
  expect(merges).toEqual([
    {
      source_id: byName.contactId,
      target_id: byPhone.contactId,
      source: 'provider',
      status: 'merged',
    },
  ])
  expect((await say(named(name))).contactId).toBe(byPhone.contactId)
  expect(await ownerOf(name)).toBe(byPhone.contactId)
})

test('what anybody could have typed merges nobody: it is suggested once, and what was dismissed stays so', async () => {
  const phone = newPhone()
  const email = `x${phone.slice(1)}@example.com`
  const first = await line.accept(leadOf(line.tenant, { address: { phone } }))
  const second = await line.accept(leadOf(line.tenant, { address: { email } }))
  const both = () => line.accept(leadOf(line.tenant, { address: { phone, email } }))
  expect((await both()).contactId).toBe(first.contactId)
  const suggested = () =>
    line.rows(
      `select status, reason, evidence_json->>'value' as value from contact_merge_suggestions
       where first_id = any($1) and second_id = any($1)`,
      [[first.contactId, second.contactId]],
    )
  expect(await suggested()).toEqual([{ status: 'open', reason: 'address', value: email }])
  await line.pool.query("update contact_merge_suggestions set status = 'dismissed'")
  await both()
  expect(await suggested()).toEqual([{ status: 'dismissed', reason: 'address', value: email }])
  const merged = await line.rows(
    'select 1 from contacts where merged_into is not null and id = $1',
    [second.contactId],
  )
  expect(merged).toEqual([])
})

test('a message by phone number alone asks the database nothing more', async () => {
  const refusing = { query: () => Promise.reject(new Error('asked')) } as never
  const phone = newPhone()
  const contact = {
    id: 'cnt_1',
    shard: 0,
    facts: { name: null, phone, email: null, tags: [], fields: {} },
    lastChannel: null,
    conversationId: null,
  }
  const arrival = messageOf(line.tenant, { address: { phone } })
  const item = { tenantId: line.tenant.id, arrival, eventId: 'evt_1', messageId: 'msg_1', contact }
  expect(await linkIdentities(refusing, [item])).toEqual({ incoming: [item], conflicts: [] })
})

test('who has no number is written to by the channel’s name, from the message to the claim of the answer', async () => {
  await publish(line.pool, line.tenant, {
    id: 'wf_hello',
    name: 'Olá',
    trigger: { type: 'message.received.whatsapp' },
    nodes: [{ id: 'hi', type: 'whatsapp.send_text', text: 'Oi!' }],
  })
  const fresh = line.createWorker()
  await worker.leases.release()
  await fresh.leases.renew()
  const name = newName()
  const occurredAt = new Date().toISOString()
  const { contactId } = await say({ ...named(name), occurredAt })
  await fresh.drain()
  const jobs = await line.rows<{ id: string }>('select id from outbox where contact_id = $1', [
    contactId,
  ])
  expect(jobs).toHaveLength(1)
  const effectId = jobs[0]?.id ?? ''
  const { claimed } = await claimEffects(line.pool, [{ tenantId: line.tenant.id, effectId }], 'tok')
  expect(claimed).toMatchObject([{ phone: null, identity: name, standing: { optOuts: {} } }])
})

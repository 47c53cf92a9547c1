import { afterAll, beforeAll, expect, test } from 'vitest'
import { createId } from '../ids.ts'
import { leadOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { performLocalEffects } from './local-effects.ts'

let line: TestLine
let worker: TestWorker
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
})
afterAll(() => line.close())

async function newContact(phone = newPhone()): Promise<string> {
  const { contactId } = await line.accept(leadOf(line.tenant, { address: { phone } }))
  return contactId ?? ''
}

async function upsert(contactId: string, patch: object): Promise<string> {
  const id = createId('effect')
  await line.pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, command, correlation_id)
     values ($1, $2, $3, 0, 'run_x', 'n', 'contact.upsert', $4, 'evt_x')`,
    [line.tenant.id, id, contactId, JSON.stringify({ kind: 'contact.upsert', patch })],
  )
  return id
}

const contact = async (id: string) => {
  const text =
    'select name, phone_e164 as phone, email, tags, fields_json as fields from contacts where id = $1'
  return (await line.rows(text, [id]))[0]
}

test('a contact keeps what the patch leaves out, and tags and fields are added', async () => {
  const phone = newPhone()
  const id = await newContact(phone)
  await upsert(id, { email: 'Ana@Example.com ', tags: ['vip'], fields: { size: 'M' } })
  await upsert(id, { name: 'Ana Lima', tags: ['promo', 'vip'], fields: { city: 'BH' } })
  await performLocalEffects(line.pool)
  expect(await contact(id)).toEqual({
    name: 'Ana Lima',
    phone,
    email: 'ana@example.com',
    tags: ['promo', 'vip'],
    fields: { size: 'M', city: 'BH' },
  })
})

test('an address that another contact has stays there', async () => {
  const [mine, theirs] = [newPhone(), newPhone()]
  const [id, other] = [await newContact(mine), await newContact(theirs)]
  await upsert(id, { phone: theirs, name: 'Ana' })
  await performLocalEffects(line.pool)
  expect(await contact(id)).toMatchObject({ phone: mine, name: 'Ana' })
  expect(await contact(other)).toMatchObject({ phone: theirs })
})

test('I5: an effect that the database refuses is a dead letter and keeps nobody waiting', async () => {
  const [sick, ...healthy] = await Promise.all(Array.from({ length: 6 }, () => newContact()))
  const bad = await upsert(sick ?? '', { name: 'a \u0000 b' })
  for (const id of healthy) await upsert(id, { name: 'Renamed' })
  await performLocalEffects(line.pool)
  for (const id of healthy) expect(await contact(id)).toMatchObject({ name: 'Renamed' })
  expect(await line.rows('select code from dead_letters where id = $1', [bad])).toEqual([
    { code: 'CONTACT_NOT_STORABLE' },
  ])
  expect(await line.rows('select 1 from outbox')).toEqual([])
})

test('I5: an effect on a contact that is gone fails with that reason', async () => {
  const id = await upsert('cnt_gone', { name: 'Nobody' })
  await performLocalEffects(line.pool)
  expect(await line.rows('select code from dead_letters where id = $1', [id])).toEqual([
    { code: 'CONTACT_UNKNOWN' },
  ])
})

test('I2: two dispatchers at the same moment perform each effect once', async () => {
  const contacts = await Promise.all(Array.from({ length: 10 }, () => newContact()))
  const effects = await Promise.all(
    contacts.flatMap((id) => [upsert(id, { tags: ['a'] }), upsert(id, { tags: ['b'] })]),
  )
  await Promise.all([1, 2, 3].map(() => performLocalEffects(line.pool)))
  await performLocalEffects(line.pool)
  const results = await line.rows<{ effect: string }>(
    `select envelope->'payload'->>'effectId' as effect from mailbox where envelope->>'type' = 'effect.done'
     and envelope->'payload'->>'effectId' = any($1)`,
    [effects],
  )
  expect(results.map(({ effect }) => effect).toSorted()).toEqual(effects.toSorted())
  for (const id of contacts) expect(await contact(id)).toMatchObject({ tags: ['a', 'b'] })
})

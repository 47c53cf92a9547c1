import { afterAll, beforeAll, expect, test } from 'vitest'
import { createId } from '../../ids.ts'
import { leadOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
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

async function ask(
  contactId: string,
  command: { kind: string; [field: string]: unknown },
): Promise<string> {
  const id = createId('effect')
  await line.pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, command, correlation_id)
     values ($1, $2, $3, 0, 'run_x', 'n', $5, $4, 'evt_x')`,
    [line.tenant.id, id, contactId, JSON.stringify(command), command.kind],
  )
  return id
}

const upsert = (contactId: string, patch: object): Promise<string> =>
  ask(contactId, { kind: 'contact.upsert', patch })

async function resultOf(effectId: string): Promise<unknown> {
  const rows = await line.rows<{ payload: { effectId: string } }>(
    `select envelope->'payload' as payload from mailbox where envelope->'payload'->>'effectId' = $1`,
    [effectId],
  )
  return rows[0]?.payload
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

test('what a workflow notes of consent holds, stands in the ledger, and is among the facts of the result', async () => {
  const id = await newContact()
  const effects = [
    await upsert(id, { consents: { marketing: true, news: true } }),
    await upsert(id, { consents: { marketing: false } }),
  ]
  await performLocalEffects(line.pool)
  const [row] = await line.rows('select consents_json as consents from contacts where id = $1', [
    id,
  ])
  expect(row).toEqual({ consents: { marketing: false, news: true } })
  const ledger = `select purpose, status, source, evidence_json->>'effectId' as effect from consents
    where contact_id = $1 order by id`
  const entry = { source: 'workflow', effect: effects[0] }
  expect(await line.rows(ledger, [id])).toEqual([
    { ...entry, purpose: 'marketing', status: 'granted' },
    { ...entry, purpose: 'news', status: 'granted' },
    { source: 'workflow', effect: effects[1], purpose: 'marketing', status: 'revoked' },
  ])
  expect(await resultOf(effects[0] ?? '')).toMatchObject({
    contact: { consents: { marketing: true, news: true } },
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

const tags = (kind: 'tag.add' | 'tag.remove', ...names: string[]) => ({ kind, tags: names })

test('tags are put on and taken off, and the result has the fresh facts', async () => {
  const id = await newContact()
  await ask(id, tags('tag.add', 'vip', 'promo'))
  const last = await ask(id, tags('tag.remove', 'promo', 'never'))
  await performLocalEffects(line.pool)
  expect(await contact(id)).toMatchObject({ tags: ['vip'] })
  expect(await resultOf(last)).toMatchObject({
    kind: 'tag.remove',
    output: { tags: ['vip'] },
    contact: { tags: ['vip'] },
  })
})

test('a deal is kept with the contact under the id of its effect, the latest fifty of them', async () => {
  const id = await newContact()
  const deal = (title: string) => ({
    kind: 'crm.create_deal',
    deal: { title, value: 10, currency: 'BRL', stage: null, fields: {} },
  })
  const first = await ask(id, deal('Primeiro'))
  await performLocalEffects(line.pool)
  expect(await contact(id)).toMatchObject({ fields: { deals: [{ id: first, title: 'Primeiro' }] } })
  expect(await resultOf(first)).toMatchObject({
    output: { id: first, title: 'Primeiro', value: 10 },
    contact: { fields: { deals: [{ id: first }] } },
  })
  for (let index = 0; index < 60; index += 1) await ask(id, deal(`Negócio ${index}`))
  await performLocalEffects(line.pool)
  const known = (await contact(id)) as unknown as { fields: { deals: { title: string }[] } }
  expect(known.fields.deals).toHaveLength(50)
  expect(known.fields.deals.at(-1)?.title).toBe('Negócio 59')
})

test('what the contact had under deals and is no list gives way', async () => {
  const id = await newContact()
  await upsert(id, { fields: { deals: 'none', city: 'BH' } })
  await performLocalEffects(line.pool)
  await ask(id, {
    kind: 'crm.create_deal',
    deal: { title: 'x', value: null, currency: 'BRL', stage: null, fields: {} },
  })
  await performLocalEffects(line.pool)
  expect(await contact(id)).toMatchObject({ fields: { city: 'BH', deals: [{ title: 'x' }] } })
})

test('a transform is evaluated and settled, a wrong one ends in the dead letters', async () => {
  const id = await newContact()
  const reshape = (expression: string) =>
    ask(id, { kind: 'transform.json', expression, input: { a: [1, 2] } })
  const [good, bad] = [await reshape('{"sum": $sum(a)}'), await reshape('1 + "a"')]
  await performLocalEffects(line.pool)
  expect(await resultOf(good)).toEqual({
    effectId: good,
    kind: 'transform.json',
    output: { sum: 3 },
  })
  expect(await line.rows('select code from dead_letters where id = $1', [bad])).toEqual([
    { code: 'TRANSFORM_FAILED' },
  ])
})

test('I2: two dispatchers at the same moment settle each transform once', async () => {
  const id = await newContact()
  const effects = await Promise.all(
    Array.from({ length: 5 }, () =>
      ask(id, { kind: 'transform.json', expression: '1', input: null }),
    ),
  )
  await Promise.all([1, 2, 3].map(() => performLocalEffects(line.pool)))
  const results = await line.rows(
    `select 1 from mailbox where envelope->'payload'->>'effectId' = any($1)`,
    [effects],
  )
  expect(results).toHaveLength(5)
  expect(await line.rows('select 1 from outbox')).toEqual([])
})

const told = async (
  contactId: string,
): Promise<{ tag: string; source: string; tags: string[] }[]> =>
  line.rows(
    `select envelope->'payload'->>'tag' as tag, envelope->>'source' as source,
       envelope->'contact'->'tags' as tags
     from mailbox where contact_id = $1 and envelope->>'type' = 'tag.added' order by id`,
    [contactId],
  )

test('a tag that the contact really got is told once, after the result; one that was there is not', async () => {
  const id = await newContact()
  await ask(id, tags('tag.add', 'vip'))
  await upsert(id, { tags: ['vip', 'promo'], name: 'Ana' })
  await ask(id, tags('tag.add', 'vip', 'promo'))
  await ask(id, tags('tag.remove', 'vip'))
  await performLocalEffects(line.pool)
  expect(await told(id)).toEqual([
    { tag: 'vip', source: 'tag.add', tags: ['vip'] },
    { tag: 'promo', source: 'contact.upsert', tags: ['promo', 'vip'] },
  ])
  const order = await line.rows(
    `select envelope->>'type' as type from mailbox where contact_id = $1 and envelope->>'type' <> 'lead.captured'
     order by id`,
    [id],
  )
  expect(order.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => ({ type: 'effect.done' })))
})

test('one chain of causes tells of the same tag once, another chain anew', async () => {
  const id = await newContact()
  const addAgain = async (correlationId: string) => {
    for (const kind of ['tag.remove', 'tag.add'] as const) {
      const effect = await ask(id, tags(kind, 'ciclo'))
      await line.pool.query('update outbox set correlation_id = $2 where id = $1', [
        effect,
        correlationId,
      ])
    }
    await performLocalEffects(line.pool)
  }
  await addAgain('evt_chain')
  await addAgain('evt_chain')
  expect(await told(id)).toHaveLength(1)
  await addAgain('evt_other')
  expect(await told(id)).toHaveLength(2)
})

test('I2: a tag that two dispatchers put on at the same moment is told once', async () => {
  const id = await newContact()
  for (let n = 0; n < 5; n += 1) {
    const effect = await ask(id, tags('tag.add', 'corrida', 'x'.repeat(90)))
    await line.pool.query('update outbox set correlation_id = $1 where id = $1', [effect])
  }
  await Promise.all([1, 2, 3].map(() => performLocalEffects(line.pool)))
  expect((await told(id)).map(({ tag }) => tag)).toEqual(['corrida', 'x'.repeat(90)])
})

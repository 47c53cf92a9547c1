// Webhooks that are verified and still cannot be stored as they are, and very large ones.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { signIntake } from '../../connectors/intake/authenticate.ts'
import { sign } from '../../connectors/signature.ts'
import { createSecretBox } from '../../db/secret-box.ts'
import { createEgress } from '../../egress/egress.ts'
import type { Runtime } from '../../face.ts'
import { messageOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTenant, MASTER_KEY, WHATSAPP_SECRETS } from '../../testing/tenant.ts'
import { createWebhooks } from './webhooks.ts'

let line: TestLine
let webhooks: Runtime['webhooks']
let refused: string[]
beforeAll(async () => {
  line = await createTestLine()
})
beforeEach(() => {
  refused = []
  const secretBox = createSecretBox(MASTER_KEY)
  const onRefused = (code: string): void => void refused.push(code)
  const egress = createEgress({ allow: [] })
  const { pool, acceptor } = line
  webhooks = createWebhooks({ pool, acceptor, secretBox, egress, connectors: [], onRefused })
})
afterAll(() => line.close())

function send(body: unknown, secret = WHATSAPP_SECRETS.appSecret) {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return webhooks.whatsapp({
    rawBody,
    headers: { 'x-hub-signature-256': sign(secret, [rawBody]) },
  })
}

interface Said {
  id?: string
  phone?: string
  text?: string
}

const change = (
  { id, phone = newPhone(), text = 'Oi' }: Said,
  number = line.tenant.phoneNumberId,
) => {
  const from = phone.slice(1)
  const message = { from, id, timestamp: '1763812800', type: 'text', text: { body: text } }
  return {
    field: 'messages',
    value: { metadata: { phone_number_id: number }, messages: [message] },
  }
}
const webhook = (...changes: object[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'waba', changes }],
})

const quarantined = (tenantId = line.tenant.id) =>
  line.rows<{ code: string; reason: string; body: Buffer; source: string }>(
    'select code, reason, body, source from quarantined_webhooks where tenant_id = $1',
    [tenantId],
  )
const forget = () => line.rows('delete from quarantined_webhooks')

test('I1: a message that PostgreSQL refuses is kept raw with the reason and acknowledged; those beside it are stored', async () => {
  const id = 'x'.repeat(512)
  const body = webhook(change({ id: 'wamid.good1' }), change({ id }), change({ id: 'wamid.good2' }))
  expect(await send(body)).toEqual({ accepted: 2, ignored: 1 })
  expect(await send(body)).toEqual({ accepted: 0, ignored: 1 })
  const kept = await quarantined()
  expect(kept).toHaveLength(1)
  expect(kept[0]).toMatchObject({ code: 'WEBHOOK_UNSTORABLE', source: line.tenant.channelId })
  expect(kept[0]?.reason).toContain('accepted_keys')
  expect(JSON.parse(kept[0]?.body.toString() ?? '')).toEqual(body)
  expect(refused).toEqual(['WEBHOOK_UNSTORABLE', 'WEBHOOK_UNSTORABLE'])
  const stored = 'select 1 from messages where provider_msg_id = any($1)'
  expect(await line.rows(stored, [['wamid.good1', 'wamid.good2']])).toHaveLength(2)
  await forget()
})

test('I1: a message that is too large as an envelope is kept raw and acknowledged', async () => {
  const phone = newPhone()
  await line.accept(messageOf(line.tenant, { address: { phone } }))
  const grow = `update contacts set fields_json = jsonb_build_object('note', repeat('x', 300000))
    where tenant_id = $1 and phone_e164 = $2`
  await line.rows(grow, [line.tenant.id, phone])
  expect(await send(webhook(change({ id: 'wamid.fat', phone })))).toEqual({
    accepted: 0,
    ignored: 1,
  })
  expect(await quarantined()).toMatchObject([{ code: 'EVENT_TOO_LARGE' }])
  await forget()
})

test('I1: a signed body that nobody can read is kept for the tenant whose secret signed it', async () => {
  const signed = [
    '{"object":',
    '[]',
    '\uFEFF{}',
    JSON.stringify({ object: 'page', entry: [] }),
    JSON.stringify(webhook({ field: 'flows', value: { event: 'DISABLED' } })),
    JSON.stringify(webhook(change({ id: 'wamid.gone' }, '999'))),
  ]
  for (const body of signed) expect(await send(body)).toEqual({ accepted: 0, ignored: 1 })
  const kept = await quarantined()
  expect(kept.map(({ body }) => body.toString()).toSorted()).toEqual(signed.toSorted())
  expect(new Set(kept.map(({ code }) => code))).toEqual(
    new Set(['WEBHOOK_BODY_INVALID', 'WEBHOOK_CHANNEL_UNKNOWN']),
  )
  await forget()
})

test('a body that nobody can read and nobody signed is refused and not kept', async () => {
  await expect(send('{"object":', 'wrong')).rejects.toMatchObject({ code: 'WEBHOOK_BODY_INVALID' })
  const foreign = JSON.stringify(webhook(change({ id: 'wamid.f' }, '999')))
  await expect(send(foreign, 'wrong')).rejects.toMatchObject({ code: 'WEBHOOK_CHANNEL_UNKNOWN' })
  const own = JSON.stringify(webhook(change({ id: 'wamid.o' })))
  await expect(send(own, 'wrong')).rejects.toMatchObject({ code: 'WEBHOOK_SIGNATURE_INVALID' })
  const unsigned = { rawBody: Buffer.from('{'), headers: {} }
  await expect(webhooks.whatsapp(unsigned)).rejects.toMatchObject({ code: 'WEBHOOK_BODY_INVALID' })
  expect(await quarantined()).toEqual([])
})

test('I1: a lead that cannot be stored is kept raw and its tool is answered; one that is too large is told', async () => {
  const lead = (field: object) => {
    const rawBody = Buffer.from(JSON.stringify({ event_id: 'q-1', phone: newPhone(), ...field }))
    const stamp = { timestamp: Math.floor(Date.now() / 1000), nonce: randomUUID() }
    const headers = signIntake(line.tenant.sourceSecret, rawBody, stamp)
    return webhooks.leads({
      tenant: line.tenant.id,
      source: line.tenant.sourceId,
      rawBody,
      headers,
    })
  }
  const refuse = `alter table leads add constraint refuses check (external_id <> 'refused')`
  await line.rows(refuse)
  const answer = await lead({ external_id: 'refused' })
  expect(answer).toEqual({ accepted: false, duplicate: false })
  expect(await quarantined()).toMatchObject([
    { code: 'WEBHOOK_UNSTORABLE', source: line.tenant.sourceId },
  ])
  await line.rows('alter table leads drop constraint refuses')
  expect(await lead({ external_id: 'refused' })).toMatchObject({ accepted: true })
  await forget()
})

test('I9: what is kept of a body that speaks of two tenants is each one’s own', async () => {
  const other = await createTenant(line.pool)
  const long = change({ id: 'y'.repeat(512), text: 'ours' })
  const theirs = change({ id: 'wamid.theirs', text: 'theirs' }, other.phoneNumberId)
  expect(await send(webhook(long, theirs))).toEqual({ accepted: 1, ignored: 1 })
  const [kept] = await quarantined()
  expect(kept?.body.toString()).toContain('"ours"')
  expect(kept?.body.toString()).not.toContain('theirs')
  expect(await quarantined(other.id)).toEqual([])
  await forget()
})

test('F19: a thousand changes of many people and tenants in one body of 3 MB are all stored, in order', async () => {
  const other = await createTenant(line.pool)
  const phones = Array.from({ length: 50 }, newPhone)
  const changes = Array.from({ length: 1_000 }, (_, n) =>
    change(
      { id: `wamid.k${n}`, phone: phones[n % 50] ?? '', text: `${n} ${'x'.repeat(2_880)}` },
      n % 100 === 99 ? other.phoneNumberId : line.tenant.phoneNumberId,
    ),
  )
  const body = JSON.stringify(webhook(...changes))
  expect(body.length).toBeGreaterThan(2.9 * 1024 * 1024)
  expect(body.length).toBeLessThan(3 * 1024 * 1024)
  expect(await send(body)).toEqual({ accepted: 1_000, ignored: 0 })
  expect(await send(body)).toEqual({ accepted: 0, ignored: 0 })
  const rows = await line.rows<{ ours: boolean; n: number }>(
    `select tenant_id = $1 as ours, split_part(envelope->'payload'->>'text', ' ', 1)::int as n
      from mailbox where envelope->'payload'->>'providerMessageId' like 'wamid.k%' order by id`,
    [line.tenant.id],
  )
  const ours = rows.filter((row) => row.ours).map(({ n }) => n)
  expect(ours).toEqual(changes.flatMap((_, n) => (n % 100 === 99 ? [] : [n])))
  expect(rows.filter((row) => !row.ours)).toHaveLength(10)
})

// What a WhatsApp webhook holds beside messages of contacts: the phone's own words, preferences, prices, the health of
// numbers, a changed number; and whose it is where several numbers, apps and tenants are behind one address.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { sign } from '../../connectors/signature.ts'
import { createSecretBox } from '../../db/secret-box.ts'
import { createEgress } from '../../egress/egress.ts'
import type { Runtime } from '../../face.ts'
import { newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import {
  createTenant,
  MASTER_KEY,
  publish,
  type TestTenant,
  WHATSAPP_SECRETS,
} from '../../testing/tenant.ts'
import { createWebhooks } from './webhooks.ts'

let line: TestLine
let worker: TestWorker
let webhooks: Runtime['webhooks']
let other: TestTenant
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
  other = await createTenant(line.pool)
  const { pool, acceptor } = line
  const secretBox = createSecretBox(MASTER_KEY)
  const egress = createEgress({ allow: [] })
  webhooks = createWebhooks({
    pool,
    acceptor,
    secretBox,
    egress,
    connectors: [],
    onRefused: () => {},
  })
})
afterAll(() => line.close())

const APP = WHATSAPP_SECRETS.appSecret
interface Sent {
  secret?: string
  account?: string
  time?: number
}

function send(changes: object[], { secret = APP, account = 'waba', time }: Sent = {}) {
  const entry = [{ id: account, ...(time && { time }), changes }]
  const rawBody = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }))
  return webhooks.whatsapp({ rawBody, headers: { 'x-hub-signature-256': sign(secret, [rawBody]) } })
}

const ofNumber = (field: string, value: object, number = line.tenant.phoneNumberId) => ({
  field,
  value: { metadata: { phone_number_id: number }, ...value },
})
let counter = 0
const said = (phone: string, content: object) => {
  counter += 1
  const id = `wamid.${counter}.${phone}`
  return { id, from: phone.slice(1), timestamp: '1763812800', ...content }
}
const contactOf = async (phone: string) => {
  const rows = await line.rows<{ id: string; consents: object }>(
    `select c.id, c.consents_json as consents from contacts c where c.tenant_id = $1 and c.phone_e164 = $2`,
    [line.tenant.id, phone],
  )
  return rows[0]
}
const healthOf = async ({ channelId }: TestTenant) =>
  (
    await line.rows<{ health: object }>(
      'select health_json as health from channels where id = $1',
      [channelId],
    )
  )[0]?.health

test('an echo of the phone is a message of ours, and the bot is silent from then on', async () => {
  await publish(line.pool, line.tenant, {
    id: 'wf_answer',
    name: 'Responder',
    trigger: { type: 'message.received.whatsapp', reentry: 'always' },
    nodes: [{ id: 'answer', type: 'whatsapp.send_text', text: 'Sou o robô' }],
  })
  const phone = newPhone()
  const echo = {
    ...said(phone, { type: 'text', text: { body: 'Já te ligo' } }),
    from: '5511',
    to: phone.slice(1),
  }
  const change = ofNumber('smb_message_echoes', { message_echoes: [echo, echo] })
  expect(await send([change])).toEqual({ accepted: 1, ignored: 0 })
  expect(await send([change])).toEqual({ accepted: 0, ignored: 0 })
  await worker.drain()
  await send([
    ofNumber('messages', { messages: [said(phone, { type: 'text', text: { body: 'ok' } })] }),
  ])
  await worker.drain()
  const contact = await contactOf(phone)
  const messages = await line.rows(
    `select direction, kind, status, content_json->>'author' as author from messages where contact_id = $1 order by created_at, direction desc`,
    [contact?.id],
  )
  expect(messages).toEqual([
    { direction: 'out', kind: 'text', status: 'sent', author: 'phone' },
    { direction: 'in', kind: 'text', status: 'received', author: null },
  ])
  const notes = await line.rows(
    `select entry->>'note' as note from journal where contact_id = $1 order by seq`,
    [contact?.id],
  )
  expect(notes).toEqual([{ note: 'agent_took_conversation' }, { note: 'agent_has_conversation' }])
})

test('stop and resume of WhatsApp itself are in the consent ledger with the webhook', async () => {
  const phone = newPhone()
  const preference = (value: string, timestamp: number) =>
    ofNumber('user_preferences', {
      user_preferences: [
        { wa_id: phone.slice(1), category: 'marketing_messages', value, timestamp },
      ],
    })
  await send([preference('stop', 1763812800)])
  expect((await contactOf(phone))?.consents).toEqual({ marketing: false })
  await send([preference('stop', 1763812800)])
  await send([preference('resume', 1763812900)])
  const contact = await contactOf(phone)
  expect(contact?.consents).toEqual({ marketing: true })
  const ledger = await line.rows(
    'select purpose, status, source from consents where contact_id = $1 order by at',
    [contact?.id],
  )
  expect(ledger).toEqual([
    { purpose: 'marketing', status: 'revoked', source: 'whatsapp' },
    { purpose: 'marketing', status: 'granted', source: 'whatsapp' },
  ])
})

test('a person who changed numbers is the same person under the new one', async () => {
  const [old, young, taken] = [newPhone(), newPhone(), newPhone()]
  await send([
    ofNumber('messages', { messages: [said(old, { type: 'text', text: { body: 'Oi' } })] }),
  ])
  const before = await contactOf(old)
  const system = (waId: string) => ({
    type: 'system',
    system: { type: 'user_changed_number', wa_id: waId, body: 'x' },
  })
  await send([ofNumber('messages', { messages: [said(old, system(young.slice(1)))] })])
  expect((await contactOf(young))?.id).toBe(before?.id)
  // A number that somebody has stays theirs.
  await send([
    ofNumber('messages', { messages: [said(taken, { type: 'text', text: { body: 'Oi' } })] }),
  ])
  await send([ofNumber('messages', { messages: [said(young, system(taken.slice(1)))] })])
  expect((await contactOf(young))?.id).toBe(before?.id)
  expect((await contactOf(taken))?.id).not.toBe(before?.id)
})

test('health goes to the channels of the account, and to the number where it names one', async () => {
  await line.rows(`update channels set config_json = '{"wabaId":"waba-1"}' where id = $1`, [
    line.tenant.channelId,
  ])
  await line.rows(`update channels set config_json = '{"wabaId":"waba-2"}' where id = $1`, [
    other.channelId,
  ])
  const quality = (event: string, display = '5511900000000') => ({
    field: 'phone_number_quality_update',
    value: { display_phone_number: display, event, current_limit: 'TIER_1K' },
  })
  const sent = { account: 'waba-1', time: 1763812800 }
  expect(await send([quality('FLAGGED')], sent)).toEqual({ accepted: 1, ignored: 0 })
  expect(await healthOf(line.tenant)).toMatchObject({
    flagged: true,
    limit: 'TIER_1K',
    events: [{}],
  })
  // I9: the same app's secret, another one's account.
  expect(await healthOf(other)).toEqual({})
  expect(await send([quality('FLAGGED', '5521999999999')], sent)).toEqual({
    accepted: 0,
    ignored: 1,
  })
  expect(await send([quality('FLAGGED')], { ...sent, account: 'waba-3' })).toEqual({
    accepted: 0,
    ignored: 1,
  })
  expect(await send([quality('UNFLAGGED')], { ...sent, time: 1763812900 })).toEqual({
    accepted: 1,
    ignored: 0,
  })
  await send([quality('FLAGGED')], sent)
  expect(await healthOf(line.tenant)).toMatchObject({ flagged: false, events: [{}, {}] })
  await expect(send([quality('FLAGGED')], { ...sent, secret: 'wrong' })).rejects.toMatchObject({
    code: 'WEBHOOK_SIGNATURE_INVALID',
  })
})

test('two numbers of one tenant with apps of their own, one of them in the middle of a rotation', async () => {
  const box = createSecretBox(MASTER_KEY)
  const second = `${line.tenant.phoneNumberId}2`
  const secrets = { ...WHATSAPP_SECRETS, appSecret: 'new-app', previousAppSecret: 'old-app' }
  await line.rows(
    `with secret as (insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, 'sec_second', $3, $4))
     insert into channels (tenant_id, id, kind, provider, address, display_address, secret_id)
     values ($1, 'chn_second', 'whatsapp', 'whatsapp_cloud', $2, '+55 11 91111-1111', 'sec_second')`,
    [line.tenant.id, second, box.keyId, box.seal(line.tenant.id, secrets)],
  )
  const phone = newPhone()
  const write = (number: string, secret: string) =>
    send(
      [
        ofNumber(
          'messages',
          { messages: [said(phone, { type: 'text', text: { body: 'Oi' } })] },
          number,
        ),
      ],
      {
        secret,
      },
    )
  for (const [number, secret] of [
    [second, 'new-app'],
    [second, 'old-app'],
    [line.tenant.phoneNumberId, APP],
  ] as const) {
    expect(await write(number, secret)).toEqual({ accepted: 1, ignored: 0 })
  }
  await expect(write(second, APP)).rejects.toMatchObject({ code: 'WEBHOOK_SIGNATURE_INVALID' })
  await expect(write(line.tenant.phoneNumberId, 'new-app')).rejects.toMatchObject({
    code: 'WEBHOOK_SIGNATURE_INVALID',
  })
  const contact = await contactOf(phone)
  const conversations = await line.rows(
    `select v.channel_id as channel, count(*)::int from conversations v
     join messages m on m.tenant_id = v.tenant_id and m.conversation_id = v.id
     where v.contact_id = $1 group by 1 order by 2`,
    [contact?.id],
  )
  expect(conversations).toEqual([
    { channel: line.tenant.channelId, count: 1 },
    { channel: 'chn_second', count: 2 },
  ])
})

test('fields that nobody knows are acknowledged and counted', async () => {
  expect(await send([ofNumber('flows', {}), ofNumber('history', { history: [{}] })])).toEqual({
    accepted: 0,
    ignored: 2,
  })
})

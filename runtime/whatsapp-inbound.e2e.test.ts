// A message of every kind over the sandbox's real sockets: signed webhook, thread, workflow; files fetched and kept;
// statuses in any order.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import { leadOf, newPhone } from './testing/arrivals.ts'
import { publish } from './testing/tenant.ts'
import { until } from './testing/until.ts'
import { startWholeRuntime, type WholeRuntime } from './testing/whole.ts'

let whole: WholeRuntime
beforeAll(async () => {
  whole = await startWholeRuntime()
  await publish(whole.line.pool, whole.line.tenant, {
    id: 'wf_any',
    name: 'Qualquer mensagem',
    trigger: { type: 'message.received.whatsapp', reentry: 'always' },
    nodes: [{ id: 'keep', type: 'set.variable', set: { said: '{{kind}}' } }],
  })
  await publish(whole.line.pool, whole.line.tenant, {
    id: 'wf_hear',
    name: 'Ouvir',
    trigger: { type: 'lead.captured', filter: { source: ['ouvir'] } },
    nodes: [
      { id: 'send', type: 'whatsapp.send_text', text: 'Oi' },
      {
        id: 'hear',
        type: 'wait.for.event',
        timeout: 'P30D',
        timeoutNext: null,
        events: ['sent', 'delivered', 'read'].map((status) => ({
          event: `message.${status}`,
          next: 'note',
        })),
      },
      {
        id: 'note',
        type: 'set.variable',
        set: { heard: '{{heard}}{{hear.status}} ' },
        next: 'hear',
      },
    ],
  })
})
afterAll(() => whole.stop())

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

async function post(path: string, body: object): Promise<JsonObject> {
  const response = await fetch(`${whole.sandbox.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as JsonObject
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return answer
}

const contactOf = async (phone: string): Promise<string> => {
  const { items } = await whole.runtime.contacts.list(whole.line.tenant.actor, { phone, limit: 1 })
  return items[0]?.id ?? ''
}
const threadOf = async (phone: string) => {
  const query = { limit: 100 }
  const { items } = await whole.runtime.contacts.messages(
    whole.line.tenant.actor,
    await contactOf(phone),
    query,
  )
  return items.toReversed()
}
const mediaOf = async (phone: string) => {
  const [message] = await threadOf(phone)
  return message?.content['media'] as
    | { id: string; status: string; code: string | null }
    | undefined
}

const png = { base64: PNG, mimeType: 'image/png' }
const KINDS: [kind: string, text: string, said: object][] = [
  ['text', 'Oi', { text: 'Oi' }],
  ['image', 'foto', { message: { type: 'image', image: { caption: 'foto' } }, file: png }],
  [
    'document',
    'a.png',
    { message: { type: 'document' }, file: { ...png, filename: 'a.png', withUrl: true } },
  ],
  ['location', '1, 2', { message: { type: 'location', location: { latitude: 1, longitude: 2 } } }],
  [
    'contacts',
    'Bia',
    { message: { type: 'contacts', contacts: [{ name: { formatted_name: 'Bia' } }] } },
  ],
  ['button', 'Sim', { message: { type: 'button', button: { text: 'Sim', payload: 's' } } }],
  [
    'list_reply',
    'Plano',
    {
      message: {
        type: 'interactive',
        interactive: { type: 'list_reply', list_reply: { id: 'p', title: 'Plano' } },
      },
    },
  ],
  [
    'reaction',
    '👍',
    { message: { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } } },
  ],
  [
    'order',
    '1 × A',
    { message: { type: 'order', order: { product_items: [{ product_retailer_id: 'A' }] } } },
  ],
  [
    'unsupported',
    'Unknown',
    { message: { type: 'unsupported', errors: [{ code: 131051, title: 'Unknown' }] } },
  ],
]

test('every kind is in the thread and starts a run', async () => {
  const phone = newPhone()
  for (const [, , said] of KINDS) {
    expect(await post('/whatsapp/inbound', { from: phone, ...said })).toMatchObject({ status: 200 })
  }
  await whole.workIsDone()
  const thread = await threadOf(phone)
  expect(thread.map(({ kind, text }) => [kind, text])).toEqual(
    KINDS.map(([kind, text]) => [kind, text]),
  )
  const started = await whole.line.rows('select 1 from workflow_runs where contact_id = $1', [
    await contactOf(phone),
  ])
  expect(started).toHaveLength(KINDS.length)
  // A file is under its message, byte for byte, whether the webhook or the Graph said where it lies.
  const notes = thread.flatMap(({ content }) =>
    content['media'] ? [content['media'] as { id: string }] : [],
  )
  expect(notes).toMatchObject([{ status: 'stored', mimeType: 'image/png' }, { status: 'stored' }])
  for (const { id } of notes) {
    const chunks: Buffer[] = []
    const media = await whole.runtime.media.read(whole.line.tenant.actor, id)
    for await (const chunk of media.chunks) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString('base64')).toBe(PNG)
  }
})

test.each([
  ['that is gone', { ...png, isGone: true }, { status: 'expired', code: 'MEDIA_GONE' }],
  [
    'that is something else',
    { base64: Buffer.from('<script>').toString('base64'), mimeType: 'image/png' },
    { status: 'refused', code: 'MEDIA_TYPE_MISMATCH' },
  ],
])('a file %s is not kept, and the message says why', async (_name, file, note) => {
  const phone = newPhone()
  await post('/whatsapp/inbound', { from: phone, message: { type: 'image' }, file })
  await whole.workIsDone()
  expect(await mediaOf(phone)).toMatchObject(note)
})

test('a file is asked for again while the provider stumbles, and is a dead letter when it does not let us', async () => {
  const phone = newPhone()
  await post('/script', {
    provider: 'whatsapp',
    match: { kind: 'media' },
    answers: [{ status: 503 }, { reset: 'before' }],
  })
  await post('/whatsapp/inbound', { from: phone, message: { type: 'image' }, file: png })
  await until('the first try was noted', async () => (await mediaOf(phone))?.status === 'pending')
  await whole.line.rows(`update outbox set next_at = now()`)
  await whole.workIsDone(() => whole.line.rows(`update outbox set next_at = least(next_at, now())`))
  expect(await mediaOf(phone)).toMatchObject({ status: 'stored', code: null })

  const refused = newPhone()
  await post('/script', {
    provider: 'whatsapp',
    match: { kind: 'media' },
    answers: [{ status: 401, error: 190 }],
  })
  await post('/whatsapp/inbound', { from: refused, message: { type: 'image' }, file: png })
  await whole.workIsDone()
  expect(await mediaOf(refused)).toMatchObject({ status: 'pending', code: 'WHATSAPP_190' })
  const letters = await whole.line.rows('select code from dead_letters where contact_id = $1', [
    await contactOf(refused),
  ])
  expect(letters).toEqual([{ code: 'WHATSAPP_190' }])
})

test('F17: a run hears each status once, however they come, and the price is kept', async () => {
  const phone = newPhone()
  const { accept, tenant, rows } = whole.line
  await post('/script', {
    provider: 'whatsapp',
    match: { to: phone },
    answers: [{ delayStatuses: 600_000 }],
  })
  const { contactId } = await accept(leadOf(tenant, { source: 'ouvir', address: { phone } }))
  await until('it was sent', () => whole.accepted.some(({ who }) => who === phone))
  await whole.workIsDone()
  const id = whole.accepted.find(({ who }) => who === phone)?.id
  const week = 7 * 24 * 3600 * 1000
  await post('/whatsapp/statuses', { message: id, statuses: ['delivered', 'sent'], times: 3 })
  await post('/whatsapp/statuses', {
    message: id,
    statuses: ['read', 'delivered', 'sent'],
    agoMs: week,
    times: 2,
  })
  await whole.workIsDone()
  const [run] = await rows<{ heard: string }>(
    `select r->'snapshot'->'context'->'vars'->>'heard' as heard
     from actor_snapshots a, jsonb_array_elements(a.state::jsonb->'runs') r where a.contact_id = $1`,
    [contactId],
  )
  expect(run?.heard).toBe('sent delivered read ')
  const messages = await rows(
    'select status, pricing_json as pricing from messages where contact_id = $1',
    [contactId],
  )
  expect(messages).toEqual([
    {
      status: 'read',
      pricing: {
        billable: false,
        category: 'service',
        model: 'PMP',
        type: 'free_customer_service',
      },
    },
  ])
})

test('the phone, preferences and news of the number come through the same door', async () => {
  const phone = newPhone()
  expect(await post('/whatsapp/echo', { to: phone, text: 'Já te ligo' })).toMatchObject({
    status: 200,
  })
  expect(await post('/whatsapp/preferences', { from: phone, value: 'stop' })).toEqual({
    status: 200,
  })
  await whole.workIsDone()
  const view = await whole.runtime.actors.view(whole.line.tenant.actor, await contactOf(phone), {
    limit: 10,
  })
  expect(view.handover).toBe('agent')
  const [contact] = await whole.line.rows(
    'select consents_json as consents from contacts where phone_e164 = $1',
    [phone],
  )
  expect(contact).toEqual({ consents: { marketing: false } })
  const news: string[] = []
  const { actor } = whole.line.tenant
  const unfollow = await whole.runtime.live.follow(
    actor,
    'channels:all',
    ({ type }) => void news.push(type),
  )
  const value = { event: 'FLAGGED', current_limit: 'TIER_250' }
  expect(await post('/whatsapp/change', { field: 'phone_number_quality_update', value })).toEqual({
    status: 200,
  })
  await until('the channel says so', async () => {
    const [row] = await whole.line.rows(
      `select 1 from channels where health_json->>'flagged' = 'true'`,
    )
    return row !== undefined
  })
  await until('who watches the channels hears of it', () => news.length > 1)
  unfollow()
})

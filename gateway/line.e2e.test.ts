// The eight stations together, over HTTP and the sandbox: the examples' branches, repeated and hostile webhooks.

import { createHmac } from 'node:crypto'
import { Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorReply } from '#machines/contracts/api.ts'
import { readFile } from 'node:fs/promises'
import { hasEnded, isIn, type Line, startLine } from './testing/line.ts'
import { send, signedHeaders } from './testing/line-client.ts'

let line: Line
beforeAll(async () => {
  line = await startLine()
})
afterAll(() => line.close())

let people = 0
/** A number that no other test uses. */
function newPhone(): string {
  people += 1
  return `+55119${String(80_000_000 + people)}`
}

async function arrive(source: string, name = 'Ana') {
  const phone = newPhone()
  const lead = { event_id: `lead-${phone}`, source, name, phone_e164: phone, message: 'Oi' }
  const { status, body } = await line.lead(lead)
  expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: true })
  return { phone, contactId: (await line.findContact(phone)).id }
}

const skip = (contactId: string) =>
  line.act(contactId, { action: 'skip_wait', reason: 'test of the branch' })
const textsTo = async (phone: string, count: number): Promise<string[]> =>
  (await line.messages(phone, count)).map((message) => message.text || message.kind)

describe('the MVP chain: lead, upsert, template, delay, text', () => {
  it('sends the template at once and the text when the delay is over', async () => {
    const { phone, contactId } = await arrive('landing', 'Caio')
    const waiting = await line.until(contactId, isIn('pausa'))
    expect(waiting.runs[0]?.timers).toHaveLength(1)
    expect(waiting.contact.name).toBe('Caio')
    expect((await skip(contactId)).status).toBe(200)
    await line.until(contactId, hasEnded('done'))
    const messages = await line.messages(phone, 2)
    expect(messages.map(({ body }) => body.template?.name ?? body.text?.body)).toEqual([
      'boas_vindas',
      'Caio, ficou alguma dúvida? É só responder por aqui.',
    ])
  })
})

describe('the flow from an Instagram lead to the purchase', () => {
  it('waits for the purchase, says so, and counts the contact in that state', async () => {
    const { contactId } = await arrive('instagram')
    const view = await line.until(contactId, isIn('espera_compra'))
    expect(view.runs[0]).toMatchObject({
      workflowId: 'wf_lead_compra',
      status: 'active',
      waitingFor: [{ event: 'purchase.approved', timeout: view.runs[0]?.timers[0]?.dueAt }],
    })
    const live = await line.live('wf_lead_compra')
    expect(live.states['espera_compra']).toBeGreaterThanOrEqual(1)
    expect(live.versionId).toBe(view.runs[0]?.versionId)
  })

  it('thanks for a purchase, with a gift for a large one', async () => {
    const [small, large] = [await arrive('instagram'), await arrive('instagram')]
    for (const [{ phone, contactId }, total] of [
      [small, 80],
      [large, 900],
    ] as const) {
      await line.until(contactId, isIn('espera_compra'))
      const event = {
        event_id: `buy-${phone}`,
        type: 'purchase.approved',
        phone,
        payload: { total },
      }
      expect((await line.event(event)).status).toBe(200)
      await line.until(contactId, hasEnded('done'))
    }
    expect((await textsTo(small.phone, 2))[1]).toContain('já está sendo preparado')
    expect((await textsTo(large.phone, 2))[1]).toContain('Um brinde')
  })

  it('reminds after the time-out and lets a person answer the reply', async () => {
    const { phone, contactId } = await arrive('instagram')
    await line.until(contactId, isIn('espera_compra'))
    await skip(contactId)
    await line.until(contactId, isIn('espera_resposta'))
    expect((await line.messages(phone, 2))[1]?.body.template?.name).toBe('lembrete_carrinho')
    await line.write(phone, 'Tenho uma dúvida')
    await line.until(contactId, hasEnded('done'))
    expect((await textsTo(phone, 3))[2]).toContain('Recebemos sua mensagem, Ana!')
  })

  it('ends quietly when the reminder stays unanswered', async () => {
    const { phone, contactId } = await arrive('instagram')
    await line.until(contactId, isIn('espera_compra'))
    await skip(contactId)
    await line.until(contactId, isIn('espera_resposta'))
    await skip(contactId)
    const view = await line.until(contactId, hasEnded('done'))
    expect(view.runs[0]).toMatchObject({ status: 'done', state: 'fim' })
    expect(await line.messages(phone, 2)).toHaveLength(2)
  })

  it('tells delivery by the provider as it goes forward', async () => {
    const { contactId } = await arrive('instagram')
    const isRead = (view: Awaited<ReturnType<Line['view']>>): boolean =>
      view.journal.items.some((item) => item.effects.some((effect) => effect.status === 'read'))
    const view = await line.until(contactId, isRead)
    const statuses = view.journal.items.filter((item) => item.event === 'message.status')
    expect(statuses.map((item) => item.payload['status']).toReversed()).toEqual([
      'sent',
      'delivered',
      'read',
    ])
  })
})

describe('a provider that does not take a message', () => {
  it('is asked again after its Retry-After, and the message goes out once', async () => {
    const phone = newPhone()
    await line.script([{ status: 429, retryAfter: 1 }], { to: phone })
    await line.lead({
      event_id: `l-${phone}`,
      source: 'instagram',
      name: 'Rita',
      phone_e164: phone,
    })
    const { id } = await line.findContact(phone)
    await line.until(id, isIn('espera_compra'))
    expect(await line.messages(phone, 1)).toHaveLength(1)
  })

  it('stops the run as failed, with the reason, when it refuses for good', async () => {
    const phone = newPhone()
    await line.script([{ error: 131047 }], { to: phone })
    await line.lead({ event_id: `l-${phone}`, source: 'instagram', name: 'Rui', phone_e164: phone })
    const { id } = await line.findContact(phone)
    const view = await line.until(id, hasEnded('failed'))
    expect(view.runs[0]?.error).toMatchObject({ code: 'WHATSAPP_131047', nodeId: 'boas_vindas' })
  })

  it('I6 sends nothing again when the connection died after the message was taken', async () => {
    const phone = newPhone()
    await line.script([{ reset: 'after' }], { to: phone })
    await line.lead({ event_id: `l-${phone}`, source: 'instagram', name: 'Lia', phone_e164: phone })
    const { id } = await line.findContact(phone)
    await line.until(id, isIn('espera_compra'))
    expect(await line.messages(phone, 1)).toHaveLength(1)
  })
})

describe('the same webhook a thousand times over twenty connections', () => {
  const COPIES = 1000
  async function flood(
    url: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<Map<number, number>> {
    const { origin, pathname, search } = new URL(url)
    const pool = new Pool(origin, { connections: 20, pipelining: 1 })
    const counts = new Map<number, number>()
    await Promise.all(
      Array.from({ length: COPIES }, async () => {
        const answer = await pool.request({
          method: 'POST',
          path: pathname + search,
          headers,
          body,
        })
        await answer.body.dump()
        counts.set(answer.statusCode, (counts.get(answer.statusCode) ?? 0) + 1)
      }),
    )
    await pool.close()
    return counts
  }

  it('I2 is one lead, one run and one message', async () => {
    const phone = newPhone()
    const body = JSON.stringify({
      event_id: `flood-${phone}`,
      source: 'instagram',
      name: 'Eva',
      phone_e164: phone,
    })
    const headers = signedHeaders(line.demo.sourceSecret, body, 'the-one-nonce')
    expect(await flood(line.demo.leadsUrl, body, headers)).toEqual(
      new Map([
        [200, 1],
        [409, COPIES - 1],
      ]),
    )
    const { id } = await line.findContact(phone)
    const view = await line.until(id, isIn('espera_compra'))
    expect(view.runs).toHaveLength(1)
    expect(view.journal.items.filter((item) => item.event === 'lead.captured')).toHaveLength(1)
    expect(await line.messages(phone, 1)).toHaveLength(1)
  })

  it('I2 is one message in the conversation when it is WhatsApp that repeats itself', async () => {
    const { phone, contactId } = await arrive('instagram')
    await line.until(contactId, isIn('espera_compra'))
    const body = JSON.stringify(whatsAppMessage(phone, 'wamid.FLOOD'))
    const signature = createHmac('sha256', line.demo.appSecret).update(body).digest('hex')
    const url = `${line.demo.baseUrl}/webhooks/whatsapp`
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${signature}`,
    }
    expect(await flood(url, body, headers)).toEqual(new Map([[200, COPIES]]))
    const view = await line.until(contactId, (seen) => count(seen, 'message.received') > 0)
    expect(count(view, 'message.received')).toBe(1)
    const { body: messages } = await line.call<{ items: { direction: string }[] }>(
      'GET',
      `/api/contacts/${contactId}/messages`,
    )
    expect(messages.items.filter((message) => message.direction === 'in')).toHaveLength(1)
  })

  const count = (view: Awaited<ReturnType<Line['view']>>, event: string): number =>
    view.journal.items.filter((item) => item.event === event).length

  function whatsAppMessage(phone: string, id: string) {
    const from = phone.slice(1)
    const message = {
      from,
      id,
      timestamp: String(Math.floor(Date.now() / 1000)),
      type: 'text',
      text: { body: 'oi' },
    }
    const metadata = {
      display_phone_number: '5511900000000',
      phone_number_id: line.demo.phoneNumberId,
    }
    const contacts = [{ wa_id: from, profile: { name: 'Eva' } }]
    const value = { messaging_product: 'whatsapp', metadata, contacts, messages: [message] }
    return {
      object: 'whatsapp_business_account',
      entry: [{ id: 'waba', changes: [{ field: 'messages', value }] }],
    }
  }
})

describe('a webhook that is not what it should be', () => {
  const lead = () => ({
    event_id: `bad-${newPhone()}`,
    source: 'instagram',
    phone_e164: newPhone(),
    name: 'Zé',
  })
  const post = (body: string, headers: Record<string, string>) =>
    send<ErrorReply>(line.demo.leadsUrl, 'POST', { body, headers })
  const hour = 3600
  const now = (): number => Math.floor(Date.now() / 1000)
  const signed = (body: string, nonce: string, timestamp?: number) =>
    signedHeaders(line.demo.sourceSecret, body, nonce, timestamp)

  it.each([
    [
      'no signature',
      () => ({ body: JSON.stringify(lead()), headers: {} }),
      401,
      'WEBHOOK_SIGNATURE_MISSING',
    ],
    [
      'a signature of another secret',
      () => {
        const body = JSON.stringify(lead())
        return { body, headers: signedHeaders('not the secret', body, 'n-other') }
      },
      401,
      'WEBHOOK_SIGNATURE_INVALID',
    ],
    [
      'a body changed after signing',
      () => {
        const body = JSON.stringify(lead())
        return { body: body.replace('Zé', 'Zá'), headers: signed(body, 'n-changed') }
      },
      401,
      'WEBHOOK_SIGNATURE_INVALID',
    ],
    [
      'a stale timestamp',
      () => {
        const body = JSON.stringify(lead())
        return { body, headers: signed(body, 'n-stale', now() - hour) }
      },
      401,
      'WEBHOOK_TIMESTAMP_STALE',
    ],
    [
      'malformed JSON',
      () => ({ body: '{"name":', headers: signed('{"name":', 'n-json') }),
      400,
      'WEBHOOK_BODY_INVALID',
    ],
    [
      'nesting without end',
      () => {
        const body = `{"phone_e164":"${newPhone()}","a":${'['.repeat(5000)}${']'.repeat(5000)}}`
        return { body, headers: signed(body, 'n-deep') }
      },
      400,
      'WEBHOOK_BODY_TOO_DEEP',
    ],
    [
      'neither phone nor e-mail',
      () => {
        const body = JSON.stringify({ event_id: 'x', source: 'instagram', name: 'Zé' })
        return { body, headers: signed(body, 'n-address') }
      },
      422,
      'CONTACT_ADDRESS_INVALID',
    ],
    [
      'more than 256 KiB',
      () => {
        const body = JSON.stringify({ ...lead(), message: 'x'.repeat(300_000) })
        return { body, headers: signed(body, 'n-large') }
      },
      413,
      'REQUEST_TOO_LARGE',
    ],
  ])('is refused with a code when it has %s', async (_case, make, status, code) => {
    const { body, headers } = make()
    const before = await countContacts()
    const answer = await post(body, headers)
    expect({ status: answer.status, code: answer.body.error.code }).toEqual({ status, code })
    expect(await countContacts()).toBe(before)
  })

  it('is refused when the source is unknown or of another tenant', async () => {
    const body = JSON.stringify(lead())
    const url = line.demo.leadsUrl.replace('tnt_demo', 'tnt_other')
    const answer = await send<ErrorReply>(url, 'POST', { body, headers: signed(body, 'n-tenant') })
    expect(answer).toMatchObject({
      status: 404,
      body: { error: { code: 'WEBHOOK_SOURCE_UNKNOWN' } },
    })
  })

  it('says so for an event of nobody we know, and takes it once the person is known', async () => {
    const phone = newPhone()
    const event = { event_id: `early-${phone}`, type: 'purchase.approved', phone }
    expect(await line.event(event)).toMatchObject({
      status: 404,
      body: { error: { code: 'CONTACT_UNKNOWN' } },
    })
    await line.lead({ event_id: `l-${phone}`, source: 'landing', name: 'Noa', phone_e164: phone })
    expect(await line.event(event)).toMatchObject({ status: 200, body: { duplicate: false } })
  })

  async function countContacts(): Promise<number> {
    const { body } = await line.call<{ items: unknown[] }>('GET', '/api/contacts?limit=200')
    return body.items.length
  }
})

describe('the seed’s nurture definition, as it is written', () => {
  it('loads with one named problem for the node it lacks and one for each kind without a file', async () => {
    const url = new URL('../examples/seed-nurture.json', import.meta.url)
    const definition: unknown = JSON.parse(await readFile(url, 'utf8'))
    const { status, body } = await line.call<{
      diagnostics: { code: string; nodeId: string; path: string }[]
    }>('POST', '/api/workflows/check', definition)
    expect(status).toBe(200)
    expect(body.diagnostics.map(({ code, nodeId, path }) => [code, nodeId, path])).toEqual([
      ['NODE_KIND_UNKNOWN', 'n2', '$.nodes[1].type'],
      ['NODE_KIND_UNKNOWN', 'n6', '$.nodes[5].type'],
      ['TARGET_MISSING', 'n5', '$.nodes[4].next'],
    ])
  })
})

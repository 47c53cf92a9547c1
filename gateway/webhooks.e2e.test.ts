// Public webhooks of a whole line: the same one a thousand times, and those that are not what they should be.

import { createHmac } from 'node:crypto'
import { Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ErrorReply } from '#machines/contracts/api.ts'
import { isIn, type Line, startLine } from './testing/line.ts'
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
  return `+55119${String(81_000_000 + people)}`
}

async function arrive() {
  const phone = newPhone()
  await line.lead({
    event_id: `lead-${phone}`,
    source: 'instagram',
    name: 'Ana',
    phone_e164: phone,
  })
  return { phone, contactId: (await line.findContact(phone)).id }
}

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
    const { phone, contactId } = await arrive()
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
})

function whatsAppMessage(phone: string, id: string, text = 'oi') {
  const from = phone.slice(1)
  const message = {
    from,
    id,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: text },
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

describe('F19: a webhook of WhatsApp that is huge', () => {
  const MEGABYTES_3 = 3 * 1024 * 1024
  const post = (body: string) => {
    const signature = createHmac('sha256', line.demo.appSecret).update(body).digest('hex')
    const headers = { 'x-hub-signature-256': `sha256=${signature}` }
    const url = `${line.demo.baseUrl}/webhooks/whatsapp`
    return send<ErrorReply & { accepted: number }>(url, 'POST', { body, headers })
  }

  it('is taken up to 3 MB, a thousand changes at once, and told what is too much', async () => {
    const one = whatsAppMessage(newPhone(), 'x', 'y'.repeat(2_600)).entry[0]?.changes[0]
    const text = JSON.stringify(one)
    const changes = Array.from({ length: 1_000 }, (_, n) =>
      text.replace('"id":"x"', `"id":"wamid.HUGE${n}"`),
    )
    const body = `{"object":"whatsapp_business_account","entry":[{"id":"waba","changes":[${changes.join(',')}]}]}`
    const padded = body.padEnd(MEGABYTES_3, ' ')
    expect(await post(padded)).toMatchObject({ status: 200, body: { accepted: 1_000 } })
    expect(await post(`${padded} `)).toMatchObject({
      status: 413,
      body: { error: { code: 'REQUEST_TOO_LARGE' } },
    })
  })

  it('is acknowledged when it is signed and nobody can read it', async () => {
    expect(await post('{"object":"whatsapp_business_account","entry":7}')).toMatchObject({
      status: 200,
      body: { accepted: 0, ignored: 1 },
    })
  })
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

  it.each([
    'message.received.whatsapp',
    'effect.done',
    'timer.fired',
    'tag.added',
    'lead.captured',
  ])('is refused when it speaks for the platform: %s', async (type) => {
    const { phone, contactId } = await arrive()
    await line.until(contactId, isIn('espera_compra'))
    const before = (await line.view(contactId)).seq
    const answer = await line.event({ event_id: `forged-${type}`, type, phone })
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'EVENT_TYPE_UNKNOWN' } } })
    const told = (await line.view(contactId)).journal.items.filter((item) => item.seq > before)
    expect(told.filter((item) => item.event !== 'message.status')).toEqual([])
  })

  it.each(['purchase.aproved', 'nonsense', 'Purchase.Approved'])(
    'is refused when no workflow knows its type: %s',
    async (type) => {
      const { phone } = await arrive()
      const answer = await line.event({ event_id: `odd-${type}`, type, phone })
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'EVENT_TYPE_UNKNOWN' } } })
    },
  )

  async function countContacts(): Promise<number> {
    const { body } = await line.call<{ items: unknown[] }>('GET', '/api/contacts?limit=200')
    return body.items.length
  }
})

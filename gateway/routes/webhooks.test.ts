// Webhooks hand on the bytes as they came, up to their limit, whoever sends them.

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../testing/gateway.ts'
import { EVENT_BODY_LIMIT, WHATSAPP_BODY_LIMIT } from './webhooks.ts'

let gateway: Gateway
beforeEach(async () => {
  gateway = await createGateway()
})
afterEach(() => gateway.close())

const QUERY = '?tenant=tnt_acme&source=src_1'
const post = (path: string, payload: Buffer | string, headers: Record<string, string> = {}) =>
  gateway.app.inject({ method: 'POST', url: `/webhooks/${path}`, payload, headers })

describe('the body', () => {
  it.each([
    'application/json',
    'text/plain',
    'application/json garbage',
    'APPLICATION/JSON\t',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    ';;;',
    'x',
  ])('of type %j arrives as bytes', async (type) => {
    const bytes = randomBytes(500)
    for (const path of [`leads${QUERY}`, `events${QUERY}`, 'whatsapp']) {
      expect((await post(path, bytes, { 'content-type': type })).statusCode).toBe(200)
    }
    expect(gateway.runtime.received.map(({ route }) => route)).toEqual([
      'leads',
      'events',
      'whatsapp',
    ])
    expect(gateway.runtime.received.every(({ rawBody }) => rawBody.equals(bytes))).toBe(true)
    expect(gateway.runtime.received[0]).toMatchObject({ tenant: 'tnt_acme', source: 'src_1' })
  })

  it('arrives empty when there is none', async () => {
    const reply = await gateway.app.inject({ method: 'POST', url: `/webhooks/leads${QUERY}` })
    expect(reply.statusCode).toBe(200)
    expect(gateway.runtime.received[0]?.rawBody.length).toBe(0)
  })

  it.each([
    [`leads${QUERY}`, EVENT_BODY_LIMIT],
    [`events${QUERY}`, EVENT_BODY_LIMIT],
    ['whatsapp', WHATSAPP_BODY_LIMIT],
  ])('of %s ends at %i bytes', async (path, limit) => {
    expect((await post(path, Buffer.alloc(limit))).statusCode).toBe(200)
    const reply = await post(path, Buffer.alloc(limit + 1))
    expect(reply.statusCode).toBe(413)
    expect(reply.json().error.code).toBe('REQUEST_TOO_LARGE')
    expect(gateway.runtime.received).toHaveLength(1)
  })
})

describe('large bodies', () => {
  const many = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () => post('whatsapp', Buffer.alloc(WHATSAPP_BODY_LIMIT))),
    )

  it('are read as far as there is room, the others told to come back, and then there is room again', async () => {
    const replies = await many(40)
    const codes = replies.map(({ statusCode }) => statusCode)
    expect(codes.filter((code) => code === 200)).toHaveLength(21)
    expect(codes.filter((code) => code === 429)).toHaveLength(19)
    expect(replies.at(-1)?.headers['retry-after']).toBe('2')
    expect((await many(20)).map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(200))
  })
})

describe('the source', () => {
  it.each(['', '?tenant=tnt_acme', '?tenant=&source=src_1', '?tenant=a&tenant=b&source=src_1'])(
    'must be named once: %s',
    async (query) => {
      const reply = await post(`leads${query}`, '{}')
      expect(reply.statusCode).toBe(400)
      expect(gateway.runtime.received).toEqual([])
    },
  )
})

describe('Meta’s challenge', () => {
  const ask = (token: string) =>
    gateway.app.inject(
      `/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=<b>42</b>`,
    )

  it('is echoed as plain text that no browser renders', async () => {
    const reply = await ask('certo')
    expect([reply.statusCode, reply.body]).toEqual([200, '<b>42</b>'])
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  })

  it('fails closed', async () => {
    const reply = await ask('errado')
    expect(reply.statusCode).toBe(403)
    expect(reply.json().error.code).toBe('WEBHOOK_VERIFY_TOKEN')
  })
})

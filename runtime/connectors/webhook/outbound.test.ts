import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WebhookCommand } from '#machines/contracts/effect.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import type { Outcome } from '../connector.ts'
import { createWebhookConnector } from './outbound.ts'

interface Arrival {
  method: string | undefined
  url: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

let server: Server
let origin: string
let egress: Egress
let arrivals: Arrival[]
let answer: (response: ServerResponse) => void

beforeEach(async () => {
  arrivals = []
  answer = (response) => response.end('{"id":7}')
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      arrivals.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  egress = createEgress({ allow: [`127.0.0.1:${port}`] })
})

afterEach(async () => {
  server.closeAllConnections()
  await Promise.all([egress.close(), new Promise((resolve) => server.close(resolve))])
})

function call(changed: Partial<WebhookCommand> = {}): Promise<Outcome> {
  const command: WebhookCommand = {
    kind: 'webhook.call',
    method: 'POST',
    url: `${origin}/pedidos?x=1`,
    headers: { 'X-Chave': 'abc' },
    body: { nome: 'Ana' },
    timeoutMs: 2000,
    ...changed,
  }
  const effect = { id: 'eff_1', tenantId: 'tnt_1', contactId: 'cnt_1', command }
  const context = { egress, signal: new AbortController().signal }
  return createWebhookConnector().perform(effect, context)
}

const answerWith = (status: number, body = '', headers: Record<string, string> = {}): void => {
  answer = (response) => response.writeHead(status, headers).end(body)
}

it('I6: sends method, path, headers and JSON body with the effect id as idempotency key', async () => {
  await expect(call()).resolves.toEqual({
    type: 'accepted',
    providerMessageId: null,
    output: { id: 7 },
  })
  expect(arrivals).toMatchObject([
    {
      method: 'POST',
      url: '/pedidos?x=1',
      body: '{"nome":"Ana"}',
      headers: {
        'x-chave': 'abc',
        'content-type': 'application/json',
        'idempotency-key': 'eff_1',
        accept: 'application/json',
      },
    },
  ])
})

it('leaves the body out where there is none, and lets the tenant say the content type', async () => {
  await call({ method: 'GET', body: null })
  await call({ headers: { 'Content-Type': 'application/ld+json' } })
  expect(arrivals[0]?.body).toBe('')
  expect(arrivals[0]?.headers['content-type']).toBeUndefined()
  expect(arrivals[1]?.headers['content-type']).toBe('application/ld+json')
})

it('gives lists as they are, and answers that are no JSON by status and text', async () => {
  answerWith(201, '[1,"a\\u0000"]')
  await expect(call()).resolves.toMatchObject({ output: [1, 'a'] })
  answerWith(200, 'ok')
  await expect(call()).resolves.toMatchObject({ output: { status: 200, text: 'ok' } })
  answerWith(204)
  await expect(call()).resolves.toMatchObject({ output: { status: 204 } })
})

it.each([
  [400, 'POST', 'failed'],
  [404, 'GET', 'failed'],
  [302, 'POST', 'failed'],
  [429, 'POST', 'retry'],
  [503, 'POST', 'retry'],
  [500, 'POST', 'uncertain'],
  [502, 'PATCH', 'uncertain'],
  [500, 'GET', 'retry'],
  [504, 'PUT', 'retry'],
  [500, 'DELETE', 'retry'],
] as const)('I6: takes %i to a %s for: %s', async (status, method, type) => {
  answerWith(status, '{}', { location: 'http://10.0.0.1/' })
  await expect(call({ method })).resolves.toMatchObject({ type, error: { code: `HTTP_${status}` } })
  expect(arrivals).toHaveLength(1)
})

it('stays away for as long as it is asked to', async () => {
  answerWith(429, '', { 'retry-after': '7' })
  await expect(call()).resolves.toMatchObject({ type: 'retry', retryAfterMs: 7000 })
})

it('I6: takes a broken connection and a time-out for uncertain, unless repeating does no harm', async () => {
  answer = (response) => response.destroy()
  await expect(call()).resolves.toMatchObject({ type: 'uncertain' })
  await expect(call({ method: 'PUT' })).resolves.toMatchObject({ type: 'retry' })
  answer = () => {}
  await expect(call({ timeoutMs: 50 })).resolves.toMatchObject({ type: 'uncertain' })
})

it('does not repeat a call whose answer was too large', async () => {
  answerWith(200, 'x'.repeat(130 * 1024))
  await expect(call()).resolves.toMatchObject({
    type: 'failed',
    error: { code: 'EGRESS_TOO_LARGE' },
  })
})

it('refuses what the guard does not let out, and tries an address again that does not answer', async () => {
  await expect(call({ url: 'http://169.254.169.254/latest' })).resolves.toMatchObject({
    type: 'failed',
    error: { code: 'EGRESS_BLOCKED' },
  })
  await new Promise((resolve) => server.close(resolve))
  await expect(call()).resolves.toMatchObject({ type: 'retry' })
  server.listen(0)
})

it('names the field that a rendered value made impossible to send', async () => {
  await expect(call({ headers: { 'X-Nome': 'a\r\nHost: b' } })).resolves.toMatchObject({
    type: 'failed',
    error: { code: 'WEBHOOK_HEADER_INVALID', message: expect.stringContaining('headers.X-Nome') },
  })
  await expect(call({ body: 'x'.repeat(257 * 1024) })).resolves.toMatchObject({
    type: 'failed',
    error: { code: 'WEBHOOK_BODY_TOO_LARGE' },
  })
  expect(arrivals).toEqual([])
})

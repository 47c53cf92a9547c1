import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { call, withQuery } from './client.ts'
import { ApiError } from './errors.ts'

let asked: string | undefined
const server = createServer((request, response) => {
  asked = request.headers['if-match']
  const answers: Record<string, [number, string]> = {
    '/good': [200, '{"value":1}'],
    '/odd': [200, '{"value":"one"}'],
    '/refused': [
      409,
      '{"error":{"code":"ACTION_NOT_POSSIBLE","message":"No","correlationId":"c1"}}',
    ],
    '/html': [502, '<h1>Bad gateway</h1>'],
  }
  const [status, body] = answers[request.url ?? ''] ?? [404, '']
  response.writeHead(status).end(body)
})
let base = ''
const schema = z.object({ value: z.number() })

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

async function failureOf(path: string): Promise<unknown> {
  const error = await call(['GET', `${base}${path}`], schema).catch((caught: unknown) => caught)
  return error instanceof ApiError ? error.failure : error
}

test('A reply that keeps the contract is handed on', async () => {
  expect(await call(['GET', `${base}/good`], schema)).toEqual({ value: 1 })
})

test('A condition goes along, and only where there is one', async () => {
  await call(['POST', `${base}/good`], schema, { ifMatch: '"7"' })
  expect(asked).toBe('"7"')
  await call(['POST', `${base}/good`], schema)
  expect(asked).toBeUndefined()
})

test('A reply that breaks the contract is an error and not a broken page', async () => {
  expect(await failureOf('/odd')).toMatchObject({ code: 'REPLY_NOT_UNDERSTOOD' })
})

test('A refusal keeps its code, its words and its trace', async () => {
  expect(await failureOf('/refused')).toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
    status: 409,
    correlationId: 'c1',
  })
})

test('An answer that is no JSON at all keeps its status', async () => {
  expect(await failureOf('/html')).toMatchObject({ code: 'HTTP_502', status: 502 })
})

test('No answer is told apart from a bad one', async () => {
  const error = await call(['GET', 'http://127.0.0.1:1/'], schema).catch(
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ failure: { code: 'NETWORK_UNREACHABLE', status: 0 } })
})

test('Empty filters do not reach the address', () => {
  expect(withQuery('/x', { q: '', cursor: undefined, limit: 5 })).toBe('/x?limit=5')
})

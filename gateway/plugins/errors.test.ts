// One form for every failure, and nothing of the inside in it.

import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorReplySchema } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

let gateway: Gateway
beforeEach(async () => {
  gateway = await createGateway()
})
afterEach(() => gateway.close())

const headers = bearer(tokenOf('owner'))

describe('an error of the runtime', () => {
  it('keeps its code, message, field, details and time to wait', async () => {
    gateway.runtime.broken = new FluxoError('WORKFLOW_INVALID', {
      message: 'n8 is missing',
      field: '$.nodes[2].next',
      details: [{ nodeId: 'n8' }],
      retryAfter: 1.2,
    })
    const reply = await gateway.app.inject({ url: '/api/workflows', headers })
    expect(reply.statusCode).toBe(422)
    expect(reply.headers['retry-after']).toBe('2')
    expect(ErrorReplySchema.parse(reply.json()).error).toEqual({
      code: 'WORKFLOW_INVALID',
      message: 'n8 is missing',
      field: '$.nodes[2].next',
      details: [{ nodeId: 'n8' }],
      correlationId: expect.stringMatching(/^req_[0-9a-f]{32}$/),
    })
  })

  it.each([
    new Error('select secret from users where password = $1'),
    Object.assign(new Error('duplicate key'), { code: '23505', statusCode: 'x' }),
    'a string',
    undefined,
  ])('says nothing of what broke: %s', async (broken) => {
    gateway.runtime.broken = broken === undefined ? { statusCode: 418 } : broken
    const reply = await gateway.app.inject({ url: '/api/workflows', headers })
    expect(reply.statusCode).toBe(500)
    const { code, message, correlationId, ...rest } = reply.json().error
    expect({ code, message, rest }).toEqual({
      code: 'INTERNAL',
      message: 'Something broke on our side',
      rest: {},
    })
    expect(gateway.logs.some((line) => line.includes(correlationId))).toBe(true)
  })
})

describe('a request that is not understood', () => {
  it('names the field', async () => {
    const ask = async (url: string, payload?: object) =>
      (
        await gateway.app.inject({
          method: payload ? 'POST' : 'GET',
          url,
          headers,
          ...(payload && { payload }),
        })
      ).json().error
    expect(await ask('/api/contacts?limit=0')).toMatchObject({
      code: 'REQUEST_INVALID',
      field: 'limit',
    })
    expect(await ask('/api/contacts?limit=5&limit=6')).toMatchObject({ field: 'limit' })
    expect(await ask('/api/workflows/cnt_1')).toMatchObject({
      code: 'REQUEST_INVALID',
      field: 'id',
    })
    expect(
      await ask('/api/contacts/cnt_ana/actor/actions', { action: 'fly', reason: 'x' }),
    ).toMatchObject({
      field: 'action',
    })
    expect(await ask('/webhooks/leads?tenant=&source=s', {})).toMatchObject({ field: 'tenant' })
  })

  it.each([
    '/api/nothing',
    '/api/workflows/wf_acme/nothing',
    '/webhooks/other',
    '/health',
    '/live',
  ])('%s is not found, in the same form', async (url) => {
    const reply = await gateway.app.inject({ url, headers: { ...headers, accept: 'text/html' } })
    expect(reply.statusCode).toBe(404)
    expect(ErrorReplySchema.parse(reply.json()).error.code).toBe('RESOURCE_NOT_FOUND')
  })

  it.each([
    ['no HTTP at all\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n', 400],
  ])('answers bytes that are no request', async (bytes, status) => {
    const [host, port] = (await gateway.listen()).split(':')
    const socket = connect(Number(port), host)
    socket.write(bytes)
    const answer = await text(socket)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(ErrorReplySchema.safeParse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).success).toBe(
      true,
    )
  })
})

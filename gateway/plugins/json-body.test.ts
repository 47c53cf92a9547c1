// Bodies that try to be something else, too deep, too long, or poisonous.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'
import { API_BODY_LIMIT } from './json-body.ts'
import { findJsonProblem, MAX_JSON_DEPTH } from './json-scan.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

function save(
  payload: string | Buffer,
  type = 'application/json',
  more: Record<string, string> = {},
) {
  return gateway.app.inject({
    method: 'POST',
    url: '/api/workflows',
    headers: { ...bearer(tokenOf('owner')), 'content-type': type, ...more },
    payload,
  })
}

const GOOD = '{"id":"wf_acme"}'

describe('content types', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/json ; charset=utf-8',
    ' application/json',
    'application/json\t; charset=utf-8',
  ])('reads %j', async (type) => {
    expect((await save(GOOD, type)).statusCode).toBe(200)
  })

  it.each([
    'text/plain',
    'application/jsonx',
    'application/json garbage',
    'application/json\tx',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/vnd.api+json',
    'json',
    ';',
    'application/',
  ])('refuses %j', async (type) => {
    const reply = await save(GOOD, type)
    expect(reply.statusCode).toBe(415)
    expect(reply.json().error).toMatchObject({ code: 'REQUEST_INVALID', field: 'content-type' })
  })
})

describe('bodies', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it.each([
    ['truncated', '{"id":"wf_'],
    ['100,000 deep lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['100,000 open lists', '['.repeat(100_000)],
    ['one too deep', nested(MAX_JSON_DEPTH + 1)],
    ['not a number', '{"id":NaN}'],
    ['beyond all numbers', '{"id":"wf_acme","n":1e400}'],
    ['__proto__', '{"id":"wf_acme","__proto__":{"admin":true}}'],
    ['constructor.prototype', '{"id":"wf_acme","constructor":{"prototype":{"admin":true}}}'],
    ['NUL', '{"id":"wf_acme","n":"\\u0000"}'],
    ['half a surrogate pair', '{"id":"wf_acme","n":"\\ud800"}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['text', '"x"'],
    ['nothing', ''],
  ])('refuses %s', async (_what, payload) => {
    const reply = await save(payload)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().error.code).toBe('REQUEST_INVALID')
    expect({}).not.toHaveProperty('admin')
  })

  it('takes what is as deep as allowed', async () => {
    expect((await save(nested(MAX_JSON_DEPTH))).statusCode).toBe(200)
  })

  it('refuses one byte more than the limit, told or not', async () => {
    const long = `{"id":"wf_acme","t":"${'x'.repeat(API_BODY_LIMIT)}"}`
    const reply = await save(long)
    expect(reply.statusCode).toBe(413)
    expect(reply.json().error.code).toBe('REQUEST_TOO_LARGE')
  })
})

describe('findJsonProblem', () => {
  it.each([
    ['brackets in strings', `{"a":"${'['.repeat(200)}"}`],
    ['escaped quotes', `{"a":"\\"${'{'.repeat(200)}\\\\"}`],
    ['a whole pair', '{"a":"\\ud83d\\ude00"}'],
    ['a written escape', '{"a":"\\\\u0000"}'],
    ['an unfinished string', '{"a":"\\'],
  ])('lets pass %s', (_what, body) => {
    expect(findJsonProblem(body)).toBeNull()
  })

  it.each(['"\\ude00\\ud83d"', '"\\ud83d\\ud83d\\ude00"', '"\\\\\\u0000"'])('finds %s', (body) => {
    expect(findJsonProblem(body)).not.toBeNull()
  })
})

// Foreign pages: what a browser can be made to send changes nothing.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLICY } from '../policy.ts'
import { browser, createGateway, type Gateway, PUBLIC_URL, tokenOf } from '../testing/gateway.ts'
import { isOwnOrigin } from './origin.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const writing = Object.keys(POLICY).filter((route) => /^(POST|DELETE) \/api/.test(route))

function ask(route: string, headers: Record<string, string | undefined>) {
  const [method = 'POST', pattern = '/'] = route.split(' ')
  const url = pattern.replace(':id', pattern.includes('contacts') ? 'cnt_ana' : 'wf_acme')
  return gateway.app.inject({ method: method as 'POST', url, headers, payload: '{}' })
}

describe('a route that writes', () => {
  const cookie = () => browser(tokenOf('owner'))

  it.each(writing)('%s refuses a foreign origin', async (route) => {
    const foreign = [
      'https://evil.test',
      'null',
      'https://fluxo.test.evil.test',
      'http://fluxo.test',
    ]
    for (const origin of foreign) {
      const reply = await ask(route, { ...cookie(), ...JSON_TYPE, origin })
      expect(reply.statusCode).toBe(403)
      expect(reply.json().error.code).toBe('AUTH_ORIGIN')
    }
  })

  const withCookie = writing.filter((route) => !route.endsWith('/api/session'))
  it.each(withCookie)('%s wants origin and JSON with a cookie', async (route) => {
    const { origin: _origin, ...bare } = cookie()
    expect((await ask(route, { ...bare, ...JSON_TYPE })).json().error.code).toBe('AUTH_ORIGIN')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const reply = await ask(route, { ...cookie(), 'content-type': type })
      expect(reply.json().error.code).toBe('AUTH_ORIGIN')
    }
  })

  it('takes our own page, at the public address and at the host that was asked', async () => {
    for (const origin of [PUBLIC_URL, 'http://localhost:80', 'http://localhost']) {
      const reply = await ask('POST /api/live/ticket', {
        ...cookie(),
        ...JSON_TYPE,
        origin,
        host: 'localhost',
      })
      expect(reply.statusCode).toBe(200)
    }
  })

  it('does not let another page read', async () => {
    const reply = await gateway.app.inject({ url: '/api/session', headers: cookie() })
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
    expect(reply.headers['cross-origin-resource-policy']).toBe('same-origin')
  })
})

describe('addresses that help nobody', () => {
  it.each(['a b', 'evil.test/path', 'user@host', '<script>'])(
    'refuses the host %j',
    async (host) => {
      const reply = await gateway.app.inject({ url: '/api/docs/', headers: { host } })
      expect(reply.statusCode).toBe(400)
    },
  )

  it('refuses a NUL and an escape that is none', async () => {
    for (const url of ['/api/contacts?q=%00', '/api/contacts/%E0%A4%A', '/%']) {
      const reply = await gateway.app.inject({ url, headers: browser(tokenOf('owner')) })
      expect(reply.statusCode).toBe(400)
      expect(reply.json().error.code).toBe('REQUEST_INVALID')
    }
  })
})

describe('isOwnOrigin', () => {
  it.each([
    ['https://fluxo.test', 'x', true],
    ['http://10.0.0.5:3000', '10.0.0.5:3000', true],
    ['http://[::1]:3000', '[::1]:3000', true],
    ['http://10.0.0.5:3001', '10.0.0.5:3000', false],
    ['file://', '', false],
    ['chrome-extension://abc', 'abc', false],
    ['http://x', undefined, false],
  ])('%s at %s: %s', (origin, host, own) => {
    expect(isOwnOrigin(origin, host, PUBLIC_URL)).toBe(own)
  })
})

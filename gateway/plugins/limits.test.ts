// How often is too often, and for whom.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'
import type { Role } from '../context.ts'

let gateway: Gateway
beforeEach(async () => {
  gateway = await createGateway({ limits: { signIn: 3, api: 4, webhooks: 2 } })
})
afterEach(() => gateway.close())

const signIn = (remoteAddress: string) =>
  gateway.app.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress,
    payload: { email: 'owner@acme.test', password: 'errada' },
  })

describe('limits', () => {
  it('stop one address from guessing passwords, and no other', async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await signIn('203.0.113.1')).statusCode).toBe(401)
    }
    const reply = await signIn('203.0.113.1')
    expect(reply.statusCode).toBe(429)
    expect(reply.json().error.code).toBe('RATE_LIMITED')
    const wait = Number(reply.headers['retry-after'])
    expect(wait).toBeGreaterThan(200)
    expect(wait).toBeLessThanOrEqual(300)
    expect((await signIn('203.0.113.2')).statusCode).toBe(401)
  })

  it('are counted for each user over all routes', async () => {
    const ask = async (role: Role, url: string) =>
      (await gateway.app.inject({ url, headers: bearer(tokenOf(role)) })).statusCode
    const urls = [
      '/api/workflows',
      '/api/contacts',
      '/api/session',
      '/api/workflows',
      '/api/contacts',
    ]
    const codes: number[] = []
    for (const url of urls) codes.push(await ask('owner', url))
    expect(codes).toEqual([200, 200, 200, 200, 429])
    expect(await ask('viewer', '/api/contacts')).toBe(200)
  })

  it('bound webhooks by themselves, and leave health alone', async () => {
    const post = async () =>
      (await gateway.app.inject({ method: 'POST', url: '/webhooks/whatsapp', payload: '{}' }))
        .statusCode
    expect([await post(), await post(), await post()]).toEqual([200, 200, 429])
    for (let probe = 0; probe < 10; probe++) {
      expect((await gateway.app.inject('/health/live')).statusCode).toBe(200)
    }
  })
})

// Alive is not ready: readiness is the runtime's progress, and ends first when the process stops.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pino } from 'pino'
import { buildApp } from '../app.ts'
import { createGateway, type Gateway, PUBLIC_URL, SECRET } from '../testing/gateway.ts'

let gateway: Gateway
beforeEach(async () => {
  gateway = await createGateway()
})
afterEach(() => gateway.close())

describe('readiness', () => {
  it.each([
    ['ok', 200],
    ['degraded', 200],
    ['failing', 503],
  ] as const)('is %s: %i', async (status, code) => {
    gateway.runtime.ready = status
    const reply = await gateway.app.inject('/health/ready')
    expect([reply.statusCode, reply.json().status]).toEqual([code, status])
    expect((await gateway.app.inject('/health/live')).statusCode).toBe(200)
  })

  it('ends at once when the process stops, while requests are still answered', async () => {
    gateway.stopping.abort()
    expect((await gateway.app.inject('/health/ready')).statusCode).toBe(503)
    const post = await gateway.app.inject({
      method: 'POST',
      url: '/webhooks/whatsapp',
      payload: '{}',
    })
    expect(post.statusCode).toBe(200)
  })
})

describe('a process that only reports its health', () => {
  it('serves nothing else', async () => {
    const app = await buildApp({
      runtime: gateway.runtime,
      config: {
        jwtSecret: SECRET,
        publicUrl: PUBLIC_URL,
        webDist: '/nowhere',
        secureCookies: true,
      },
      logger: pino({ level: 'silent' }),
      part: 'health',
    })
    const statusOf = async (url: string) => (await app.inject(url)).statusCode
    expect(await statusOf('/health/ready')).toBe(200)
    expect(await statusOf('/metrics')).toBe(200)
    expect(await statusOf('/api/session')).toBe(404)
    await app.close()
  })
})

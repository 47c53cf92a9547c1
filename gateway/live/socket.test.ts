// Real sockets: who gets in, what they hear, and when they have to go.

import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONTACTS, TENANTS, userId, WORKFLOWS } from '../testing/fixtures.ts'
import { createGateway, forgeToken, type Gateway, PUBLIC_URL, tokenOf } from '../testing/gateway.ts'
import { connect, takeTicket } from '../testing/live-client.ts'
import { PEOPLE_CACHE_MS } from '../plugins/people.ts'
import { TICKET_AUDIENCE } from '../plugins/tokens.ts'
import type { LiveTiming } from './timing.ts'

const TOPIC = `workflow:${WORKFLOWS.acme}`
const CONTACT_TOPIC = `contact:${CONTACTS.acme}`

let gateway: Gateway
let address: string
async function start(live: Partial<LiveTiming> = {}): Promise<void> {
  gateway = await createGateway({ live })
  address = await gateway.listen()
}
beforeEach(() => start())
afterEach(() => gateway.close())

async function restart(live: Partial<LiveTiming>): Promise<void> {
  await gateway.close()
  await start(live)
}
const enter = async (token?: string) =>
  connect({ address, ticket: await takeTicket(gateway, token) })

const counts = (states: Record<string, number>) =>
  ({
    type: 'workflow.counts',
    topic: TOPIC,
    workflowId: WORKFLOWS.acme,
    versionId: null,
    states,
    at: '2026-03-02T12:00:00.000Z',
  }) as const

describe('a ticket', () => {
  it('opens one socket', async () => {
    const ticket = await takeTicket(gateway)
    await connect({ address, ticket, origin: PUBLIC_URL })
    await expect(connect({ address, ticket })).rejects.toThrow('refused')
  })

  it('opens from our own pages and from programs, not from foreign pages', async () => {
    for (const origin of ['https://evil.test', 'null', `https://${address}.evil.test`]) {
      const ticket = await takeTicket(gateway)
      await expect(connect({ address, ticket, origin })).rejects.toThrow('refused')
    }
    await connect({ address, ticket: await takeTicket(gateway), origin: `http://${address}` })
    await enter()
  })

  it('is bound to a user, a time and this purpose', async () => {
    const until = Math.floor(Date.now() / 1000) + 600
    const ticket = (claims: Record<string, unknown>) =>
      forgeToken({ claims: { aud: TICKET_AUDIENCE, jti: crypto.randomUUID(), until, ...claims } })
    const wrong = [
      '',
      'x',
      tokenOf('owner'),
      ticket({ exp: Math.floor(Date.now() / 1000) - 1 }),
      ticket({ jti: undefined }),
      ticket({ jti: '' }),
      ticket({ user: 'usr_gone' }),
      ticket({ tenant: TENANTS.rival }),
      forgeToken({ claims: { aud: TICKET_AUDIENCE, jti: 'j', until }, secret: 'x'.repeat(40) }),
    ]
    for (const one of wrong) {
      await expect(connect({ address, ticket: one })).rejects.toThrow('refused')
    }
    await connect({ address, ticket: ticket({}) })
  })
})

describe('topics', () => {
  it('tell the state at once and then each change, until they are left', async () => {
    const client = await enter()
    client.say({ subscribe: TOPIC })
    await client.hear('workflow.counts')
    expect(client.heard.map(({ type }) => type)).toEqual(['subscribed', 'workflow.counts'])
    gateway.runtime.publish(counts({ n1: 7 }))
    await client.hear('workflow.counts', ({ states }) => states.n1 === 7)
    client.say({ unsubscribe: TOPIC })
    await client.hear('unsubscribed')
    expect(gateway.runtime.followers.get(TOPIC)?.size).toBe(0)
  })

  it('are not followed when they are left before the first answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gateway.runtime.gate = promise
    const client = await enter()
    client.say({ subscribe: CONTACT_TOPIC })
    client.say({ unsubscribe: CONTACT_TOPIC })
    await client.hear('unsubscribed')
    resolve()
    client.say({ subscribe: TOPIC })
    await client.hear('subscribed')
    expect(gateway.runtime.followers.get(CONTACT_TOPIC)?.size).toBe(0)
    expect(client.heard.some(({ type }) => type === 'contact.stepped')).toBe(false)
  })

  it('of another tenant are unknown (I9)', async () => {
    const client = await enter()
    for (const topic of [
      `workflow:${WORKFLOWS.rival}`,
      'workflow:wf_nobody',
      `contact:${CONTACTS.rival}`,
    ]) {
      client.say({ subscribe: topic })
      const reply = await client.hear('error', (message) => message.topic === topic)
      expect(reply.code).toBe('RESOURCE_NOT_FOUND')
    }
  })

  it('are at most fifty', async () => {
    await restart({ maxTopics: 2 })
    const client = await enter()
    for (const subscribe of [TOPIC, CONTACT_TOPIC, TOPIC, 'contact:cnt_3'])
      client.say({ subscribe })
    expect((await client.hear('error')).topic).toBe('contact:cnt_3')
  })
})

describe('people in one workflow', () => {
  const EDITORS = `editors:${WORKFLOWS.acme}`
  const at = (nodeId: string | null, typing = false) => ({
    here: { workflowId: WORKFLOWS.acme, nodeId, typing },
  })
  const joined = async (token?: string) => {
    const client = await enter(token)
    client.say({ subscribe: EDITORS })
    const { connectionId } = await client.hear(
      'subscribed',
      ({ connectionId: own }) => own !== undefined,
    )
    return { client, connectionId }
  }

  it('see each other come, choose, type and go', async () => {
    const ana = await joined(tokenOf('builder'))
    const bia = await joined(tokenOf('owner'))
    expect(ana.connectionId).not.toBe(bia.connectionId)
    ana.client.say(at('n1'))
    await bia.client.hear('workflow.editors', ({ people }) =>
      people.some(
        ({ nodeId, userId: who, name, connectionId }) =>
          nodeId === 'n1' &&
          who === userId(TENANTS.acme, 'builder') &&
          name === 'builder' &&
          connectionId === ana.connectionId,
      ),
    )
    ana.client.say(at('n1', true))
    await bia.client.hear('workflow.editors', ({ people }) => people.some(({ typing }) => typing))
    const before = bia.client.heard.length
    ana.client.socket.close()
    await bia.client.hear(
      'workflow.editors',
      (message) => message.people.length === 0 && bia.client.heard.indexOf(message) >= before,
    )
  })

  it('do not lock a form when they may only look', async () => {
    const bia = await joined(tokenOf('owner'))
    const viewer = await joined(tokenOf('viewer'))
    viewer.client.say(at('n1', true))
    const { people } = await bia.client.hear(
      'workflow.editors',
      (message) => message.people.length === 1,
    )
    expect(people).toMatchObject([{ nodeId: 'n1', typing: false }])
  })

  it('are nowhere that they do not follow, and nowhere in another tenant (I9)', async () => {
    const rival = await enter(tokenOf('owner', TENANTS.rival))
    rival.say({ subscribe: EDITORS })
    const refused = await rival.hear('error', ({ topic }) => topic === EDITORS)
    expect(refused.code).toBe('RESOURCE_NOT_FOUND')
    rival.say(at('n1'))
    await rival.hear('error', ({ code }) => code === 'REQUEST_INVALID')
    const ana = await joined()
    expect((await ana.client.hear('workflow.editors')).people).toEqual([])
  })

  it('count against the same limit as every message', async () => {
    const { client } = await joined()
    for (let n = 0; n <= 300; n++) client.say(at(`n${n}`))
    expect(await client.closed).toBe(1008)
  })
})

describe('frames', () => {
  it('that mean nothing are told so, and too many of them end the socket', async () => {
    const client = await enter()
    const bad = [
      '{',
      '[]',
      '{"subscribe":1}',
      '{"subscribe":"x","y":1}',
      '{"subscribe":"tenant:tnt_acme"}',
    ]
    for (const one of [...bad, ...bad]) client.say(one)
    client.say({ ping: 1 })
    await client.hear('pong')
    expect(client.heard.filter(({ type }) => type === 'error')).toHaveLength(10)
    client.say('{')
    expect(await client.closed).toBe(1008)
  })

  it('that are binary, long or too many end the socket', async () => {
    const binary = await enter()
    binary.socket.send(new Uint8Array(8))
    expect(await binary.closed).toBe(1003)
    const long = await enter()
    long.say('x'.repeat(16 * 1024 + 1))
    expect(await long.closed).toBe(1009)
    const eager = await enter()
    for (let ping = 0; ping <= 300; ping++) eager.say({ ping })
    expect(await eager.closed).toBe(1008)
  })

  it.each([
    ['reserved bits', [0xf1, 0x80, 0, 0, 0, 0]],
    ['no mask', [0x81, 0x01, 0x78]],
    ['an unknown opcode', [0x83, 0x80, 0, 0, 0, 0]],
    ['bad UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]],
    ['a fragmented ping', [0x09, 0x80, 0, 0, 0, 0]],
  ])('with %s end the socket and nothing else', async (_what, bytes) => {
    const neighbour = await enter()
    const raw = await handshake(await takeTicket(gateway))
    const ended = new Promise((resolve) => raw.on('close', resolve))
    raw.write(Buffer.from(bytes))
    await ended
    neighbour.say({ ping: 2 })
    expect((await neighbour.hear('pong')).ping).toBe(2)
  })
})

/** A socket that speaks WebSocket by hand. */
async function handshake(ticket: string) {
  const [host, port] = address.split(':')
  const raw = connectTcp(Number(port), host)
  raw.write(
    `GET /live?ticket=${ticket} HTTP/1.1\r\nhost: ${address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  await new Promise((resolve) => raw.once('data', resolve))
  return raw
}

describe('a client has to go', () => {
  it('when it reads too slowly, and leaves nothing behind', async () => {
    await restart({ spacingMs: 1, lingerMs: 50 })
    const raw = await handshake(await takeTicket(gateway))
    const text = Buffer.from(JSON.stringify({ subscribe: TOPIC }))
    raw.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]))
    raw.pause()
    const followers = () => gateway.runtime.followers.get(TOPIC)?.size
    await expect.poll(followers).toBe(1)
    const name = 'x'.repeat(500_000)
    await expect
      .poll(
        () => {
          gateway.runtime.publish(counts({ [name]: Math.random() }))
          return followers()
        },
        { interval: 2, timeout: 8_000 },
      )
      .toBe(0)
    await expect
      .poll(async () => (await gateway.app.inject('/metrics')).body, { timeout: 5_000 })
      .toContain('fluxo_ws_clients 0')
    raw.destroy()
  })

  it('when its session ends', async () => {
    const soon = forgeToken({ claims: { exp: Math.floor(Date.now() / 1000) + 2 } })
    const client = await enter(soon)
    expect(await client.closed).toBe(1008)
  })

  it('when its role changes', async () => {
    await restart({ heartbeatMs: 20 })
    const client = await enter(tokenOf('agent'))
    const agent = gateway.runtime.people.find(
      ({ user }) => user.id === userId(TENANTS.acme, 'agent'),
    )
    if (agent) agent.user = { ...agent.user, role: 'viewer' }
    gateway.advance(PEOPLE_CACHE_MS + 1)
    expect(await client.closed).toBe(1008)
  })

  it('when it no longer answers', async () => {
    await restart({ heartbeatMs: 20 })
    const raw = await handshake(await takeTicket(gateway))
    await expect(once(raw, 'close')).resolves.toBeDefined()
  })

  it('when the process stops, which from then on is not ready', async () => {
    const client = await enter()
    gateway.stopping.abort()
    expect(await client.closed).toBe(1012)
    expect((await gateway.app.inject('/health/ready')).statusCode).toBe(503)
    await expect(enter()).rejects.toThrow('refused')
  })
})

// Who may do what: every route with every role, tokens that are almost right, and people who changed since.

import Fastify from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from './context.ts'
import { POLICY, ROLES } from './policy.ts'
import { demandPolicy } from './plugins/auth.ts'
import { PEOPLE_CACHE_MS } from './plugins/people.ts'
import { TICKET_AUDIENCE } from './plugins/tokens.ts'
import { email, PASSWORD, TENANTS, userId, WORKFLOWS } from './testing/fixtures.ts'
import {
  bearer,
  browser,
  createGateway,
  forgeToken,
  type Gateway,
  tokenOf,
} from './testing/gateway.ts'
import { type Ids, NOBODY, OWN, requestOf } from './testing/policy-requests.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

const PROTECTED = Object.entries(POLICY).filter(([, access]) => Array.isArray(access))

async function ask(route: string, token: string | null, ids: Ids = OWN) {
  const { body, contentType, ...request } = requestOf(route, ids)
  return gateway.app.inject({
    ...request,
    headers: { ...(token !== null && bearer(token)), 'content-type': contentType },
    ...(body !== undefined && { payload: body }),
  })
}

describe('the policy table', () => {
  it.each(PROTECTED)('%s answers nobody without a session', async (route) => {
    const reply = await ask(route, null)
    expect(reply.statusCode).toBe(401)
    expect(reply.json().error.code).toBe('AUTH_REQUIRED')
  })

  const cases = PROTECTED.flatMap(([route, access]) =>
    ROLES.map((role) => ({ route, role, allowed: (access as readonly Role[]).includes(role) })),
  )
  it.each(cases)('$route as $role: allowed $allowed', async ({ route, role, allowed }) => {
    const reply = await ask(route, tokenOf(role))
    expect(reply.statusCode).toBe(allowed ? 200 : 403)
    if (!allowed) expect(reply.json().error.code).toBe('AUTH_FORBIDDEN')
  })

  const withIds = PROTECTED.filter(([route]) => route.includes(':id')).map(([route]) => route)
  it.each(withIds)('%s answers alike for a foreign and an unknown id (I9)', async (route) => {
    const foreign = await ask(route, tokenOf('owner', TENANTS.rival))
    const unknown = await ask(route, tokenOf('owner'), NOBODY)
    expect([foreign.statusCode, unknown.statusCode]).toEqual([404, 404])
    const { correlationId: _one, ...first } = foreign.json().error
    const { correlationId: _two, ...second } = unknown.json().error
    expect(first).toEqual(second)
  })

  it('lets no route be added that it does not name', () => {
    const app = Fastify().withTypeProvider<ZodTypeProvider>()
    demandPolicy(app)
    expect(() => app.get('/health/live', async () => 'x')).not.toThrow()
    expect(() => app.get('/api/forgotten', async () => 'x')).toThrow('policy.ts')
    expect(() => app.put('/health/live', async () => 'x')).toThrow('policy.ts')
  })

  it('shows /metrics to this machine only', async () => {
    const ask = (remoteAddress: string, headers = {}) =>
      gateway.app.inject({ url: '/metrics', remoteAddress, headers })
    expect((await ask('127.0.0.1')).statusCode).toBe(200)
    expect((await ask('::ffff:127.0.0.1')).body).toContain('fluxo_ws_clients')
    expect((await ask('203.0.113.7')).statusCode).toBe(403)
    expect((await ask('127.0.0.1', { 'x-forwarded-for': '203.0.113.7' })).statusCode).toBe(403)
  })
})

describe('tokens', () => {
  const right = forgeToken()
  const [head = '', body = '', signature = ''] = right.split('.')
  const edited = forgeToken({ claims: { tenant: TENANTS.rival } }).split('.')[1] ?? ''
  const none = forgeToken({ header: { alg: 'none' } })
    .split('.')
    .slice(0, 2)
    .join('.')
  const hour = 3_600
  const now = Math.floor(Date.now() / 1000)

  it.each([
    ['no signature', `${head}.${body}.`],
    ['two parts', `${head}.${body}`],
    ['alg none', `${none}.`],
    ['alg none, signed', forgeToken({ header: { alg: 'none' } })],
    ['alg None', forgeToken({ header: { alg: 'None' } })],
    ['alg HS512', forgeToken({ header: { alg: 'HS512' } })],
    ['alg RS256', forgeToken({ header: { alg: 'RS256' } })],
    ['other secret', forgeToken({ secret: 'another secret of more than 32 letters!' })],
    ['empty secret', forgeToken({ secret: '' })],
    ['expired', forgeToken({ claims: { exp: now - 1 } })],
    ['no expiry', forgeToken({ claims: { exp: undefined } })],
    ['expiry as text', forgeToken({ claims: { exp: 'never' } })],
    ['not yet valid', forgeToken({ claims: { nbf: now + hour } })],
    ['audience of a ticket', forgeToken({ claims: { aud: TICKET_AUDIENCE } })],
    ['no audience', forgeToken({ claims: { aud: undefined } })],
    ['other issuer', forgeToken({ claims: { iss: 'somebody' } })],
    ['no issuer', forgeToken({ claims: { iss: undefined } })],
    ['tenant edited', `${head}.${edited}.${signature}`],
    ['empty tenant', forgeToken({ claims: { tenant: '' } })],
    ['null tenant', forgeToken({ claims: { tenant: null } })],
    ['tenant 0', forgeToken({ claims: { tenant: 0 } })],
    ['list of tenants', forgeToken({ claims: { tenant: [TENANTS.acme] } })],
    ['no tenant', forgeToken({ claims: { tenant: undefined } })],
    ['user of another tenant', forgeToken({ claims: { user: userId(TENANTS.rival, 'owner') } })],
    ['deleted user', forgeToken({ claims: { user: 'usr_gone' } })],
    ['no user', forgeToken({ claims: { user: undefined } })],
    ['kid of a path', forgeToken({ header: { kid: '../../dev/null' }, secret: '' })],
    ['own jwk', forgeToken({ header: { jwk: { kty: 'oct', k: 'AAAA' } }, secret: '\0\0\0' })],
    [
      'one bit off',
      `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    ],
    ['not base64', `${head}.${body}.%%%`],
    ['empty', ''],
  ])('refuses a token with %s', async (_what, token) => {
    for (const headers of [bearer(token), browser(token)]) {
      const reply = await gateway.app.inject({ url: '/api/session', headers })
      expect(reply.statusCode).toBe(401)
      expect(reply.json().error.code).toBe('AUTH_REQUIRED')
    }
  })

  it('never falls back from a wrong bearer to the cookie', async () => {
    const headers = { ...browser(right), authorization: 'Bearer wrong' }
    expect((await gateway.app.inject({ url: '/api/session', headers })).statusCode).toBe(401)
  })

  it('accepts the right one in cookie and bearer', async () => {
    for (const headers of [bearer(right), browser(right)]) {
      const reply = await gateway.app.inject({ url: '/api/session', headers })
      expect(reply.json()).toMatchObject({ user: { role: 'owner' }, tenant: { id: TENANTS.acme } })
    }
  })
})

describe('a session', () => {
  const signIn = (password: string, who = email(TENANTS.acme, 'viewer')) =>
    gateway.app.inject({ method: 'POST', url: '/api/session', payload: { email: who, password } })

  it('begins with the right password, in a cookie that scripts cannot read', async () => {
    const reply = await signIn(PASSWORD)
    expect(reply.statusCode).toBe(200)
    const cookie = reply.cookies.find(({ name }) => name === 'fluxo_session')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: true, path: '/' })
    // The page may know that there is one, and asks nobody when there is none.
    const hint = reply.cookies.find(({ name }) => name === 'fluxo_signed_in')
    expect(hint).toMatchObject({ value: '1', sameSite: 'Lax', expires: cookie?.expires })
    expect(hint?.httpOnly).toBeUndefined()
    const { token, expiresAt } = reply.json<{ token: string; expiresAt: string }>()
    expect(cookie?.value).toBe(token)
    const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(11.9)
    expect(hours).toBeLessThanOrEqual(12)
    const asked = await gateway.app.inject({ url: '/api/session', headers: bearer(token) })
    expect(asked.json().user.email).toBe(email(TENANTS.acme, 'viewer'))
  })

  it('does not tell a wrong e-mail from a wrong password', async () => {
    const [one, other] = [await signIn('errada'), await signIn(PASSWORD, 'ninguem@acme.test')]
    expect([one.statusCode, other.statusCode]).toEqual([401, 401])
    expect(one.json().error.message).toBe(other.json().error.message)
    expect(one.cookies).toEqual([])
  })

  it('ends with the cookie taken back, also when it was over already', async () => {
    const reply = await gateway.app.inject({ method: 'DELETE', url: '/api/session' })
    expect(reply.statusCode).toBe(204)
    expect(reply.cookies).toMatchObject([
      { name: 'fluxo_session', value: '' },
      { name: 'fluxo_signed_in', value: '' },
    ])
  })

  it('loses rights with its user within 30 seconds, and reads the user once until then', async () => {
    const own = await createGateway()
    const headers = bearer(tokenOf('builder'))
    const save = () =>
      own.app.inject({
        method: 'POST',
        url: '/api/workflows',
        headers,
        payload: { id: WORKFLOWS.acme },
      })
    expect((await save()).statusCode).toBe(200)
    const builder = own.runtime.people.find(
      ({ user }) => user.id === userId(TENANTS.acme, 'builder'),
    )
    if (builder) builder.user = { ...builder.user, role: 'viewer' }
    expect((await save()).statusCode).toBe(200)
    expect(own.runtime.finds).toBe(1)
    own.advance(PEOPLE_CACHE_MS + 1)
    expect((await save()).statusCode).toBe(403)
    own.runtime.people = []
    own.advance(PEOPLE_CACHE_MS + 1)
    expect((await save()).statusCode).toBe(401)
    await own.close()
  })

  it('has no rights with a role that nobody knows', async () => {
    const own = await createGateway()
    const [first] = own.runtime.people
    if (first) first.user = { ...first.user, role: 'superuser' }
    const reply = await own.app.inject({ url: '/api/session', headers: bearer(tokenOf('owner')) })
    expect(reply.statusCode).toBe(401)
    await own.close()
  })
})

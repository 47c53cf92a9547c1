// Who asks and whether they may: reads the session from cookie or bearer, holds every route to the policy table.

import fastifyCookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { App, Auth } from '../context.ts'
import type { Deps } from '../deps.ts'
import { type Access, accessOf } from '../policy.ts'
import { isLoopback } from './loopback.ts'
import { checkOrigin } from './origin.ts'
import type { Issued } from './tokens.ts'

export const SESSION_COOKIE = 'fluxo_session'
/** Says to the page that there is a session to ask for; it opens nothing. */
const SIGNED_IN_COOKIE = 'fluxo_signed_in'

export async function addAuth(app: App, deps: Deps): Promise<void> {
  await app.register(fastifyCookie)
  app.decorateRequest('auth', null)
  app.decorateRequest('actor', {
    getter(this: FastifyRequest) {
      if (this.auth === null) throw new FluxoError('AUTH_REQUIRED')
      return this.auth.actor
    },
  })
  demandPolicy(app)
  app.addHook('onRequest', async (request) => {
    // No pattern: no route matched, and the not-found handler tells nothing to anybody.
    if (request.is404 || request.routeOptions.url === undefined) return
    const access = accessOf(request.method, request.routeOptions.url)
    await allow(request, access, deps)
    checkOrigin(request, deps.config.publicUrl)
  })
}

/** From here on a route without a line in the policy table cannot be added. */
export function demandPolicy(app: App): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) {
      if (accessOf(verb, url) === undefined) {
        throw new Error(`${verb} ${url} has no line in gateway/policy.ts`)
      }
    }
  })
}

async function allow(
  request: FastifyRequest,
  access: Access | undefined,
  deps: Deps,
): Promise<void> {
  if (access === undefined) throw new FluxoError('AUTH_FORBIDDEN')
  if (access === 'public' || access === 'signed' || access === 'ticket') return
  if (access === 'loopback') {
    if (!isLoopback(request)) throw new FluxoError('AUTH_FORBIDDEN')
    return
  }
  request.auth = await readAuth(request, deps)
  if (request.auth === null) throw new FluxoError('AUTH_REQUIRED')
  if (!access.includes(request.auth.actor.role)) throw new FluxoError('AUTH_FORBIDDEN')
}

async function readAuth(request: FastifyRequest, { tokens, people }: Deps): Promise<Auth | null> {
  const found = findToken(request)
  const claims = found && tokens.readSession(found.token)
  if (!found || !claims) return null
  const known = await people.find({ tenant: claims.tenant, user: claims.user })
  return known && { ...known, expiresAt: new Date(claims.exp * 1000), via: found.via }
}

/** A bearer that is given is the only one tried: a wrong one never falls back to the cookie. */
function findToken(request: FastifyRequest): { token: string; via: Auth['via'] } | null {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1]
    return token === undefined ? null : { token, via: 'bearer' }
  }
  const cookie = request.cookies[SESSION_COOKIE]
  return cookie ? { token: cookie, via: 'cookie' } : null
}

const cookieOptions = (secure: boolean) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure }) as const

export function setSessionCookies(reply: FastifyReply, session: Issued, secure: boolean): void {
  const options = { ...cookieOptions(secure), expires: session.expiresAt }
  void reply.setCookie(SESSION_COOKIE, session.token, options)
  void reply.setCookie(SIGNED_IN_COOKIE, '1', { ...options, httpOnly: false })
}

export function clearSessionCookies(reply: FastifyReply, secure: boolean): void {
  void reply.clearCookie(SESSION_COOKIE, cookieOptions(secure))
  void reply.clearCookie(SIGNED_IN_COOKIE, { ...cookieOptions(secure), httpOnly: false })
}

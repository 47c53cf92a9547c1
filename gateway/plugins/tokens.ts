// Signed tokens: a session of 12 hours and a live ticket of 30 seconds. HS256 only, each with its own audience,
// so that neither can be used as the other.

import fastifyJwt from '@fastify/jwt'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { idSchema } from '#machines/contracts/ids.ts'
import type { App } from '../context.ts'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    namespaces: 'session' | 'ticket'
  }
}

export const SESSION_SECONDS = 12 * 60 * 60
export const TICKET_SECONDS = 30
export const ISSUER = 'fluxolab'
export const SESSION_AUDIENCE = 'fluxolab-session'
export const TICKET_AUDIENCE = 'fluxolab-live'

const PersonSchema = z.object({ tenant: idSchema('tenant'), user: idSchema('user') })
const SessionClaimsSchema = PersonSchema.extend({ exp: z.number() })
const TicketClaimsSchema = PersonSchema.extend({
  exp: z.number(),
  jti: z.string().min(1).max(100),
  /** When the session behind the ticket ends, in seconds since 1970. */
  until: z.number(),
})

export type Person = z.infer<typeof PersonSchema>
export type SessionClaims = z.infer<typeof SessionClaimsSchema>
export type TicketClaims = z.infer<typeof TicketClaimsSchema>

export interface Issued {
  token: string
  expiresAt: Date
}

/** Reading answers null for every token that is not wholly right, without saying why. */
export interface Tokens {
  issueSession(person: Person): Issued
  readSession(token: string): SessionClaims | null
  issueTicket(person: Person, sessionEnds: Date): Issued
  readTicket(token: string): TicketClaims | null
}

export async function addTokens(app: App, secret: string): Promise<Tokens> {
  const register = async (namespace: 'session' | 'ticket', audience: string): Promise<void> => {
    await app.register(fastifyJwt, {
      namespace,
      secret,
      sign: { algorithm: 'HS256', iss: ISSUER, aud: audience },
      verify: {
        algorithms: ['HS256'],
        allowedIss: ISSUER,
        allowedAud: audience,
        requiredClaims: ['exp', 'iss', 'aud', 'tenant', 'user'],
        cache: false,
      },
    })
  }
  await register('session', SESSION_AUDIENCE)
  await register('ticket', TICKET_AUDIENCE)
  const { session, ticket } = app.jwt
  return {
    issueSession: ({ tenant, user }) =>
      issue((options) => session.sign({ tenant, user }, options), SESSION_SECONDS),
    readSession: (token) => read(SessionClaimsSchema, () => session.verify(token)),
    issueTicket: ({ tenant, user }, sessionEnds) => {
      const until = Math.floor(sessionEnds.getTime() / 1000)
      const claims = { tenant, user, until, jti: randomUUID() }
      return issue((options) => ticket.sign(claims, options), TICKET_SECONDS)
    },
    readTicket: (token) => read(TicketClaimsSchema, () => ticket.verify(token)),
  }
}

function issue(sign: (options: { expiresIn: number }) => string, seconds: number): Issued {
  return { token: sign({ expiresIn: seconds }), expiresAt: new Date(Date.now() + seconds * 1000) }
}

function read<T>(schema: z.ZodType<T>, verify: () => unknown): T | null {
  try {
    const claims = schema.safeParse(verify())
    return claims.success ? claims.data : null
  } catch {
    return null
  }
}

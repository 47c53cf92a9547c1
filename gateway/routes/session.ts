// Signing in and out, and who is signed in.

import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { SessionReplySchema, SessionRequestSchema, SessionSchema } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { z } from 'zod'
import { clearSessionCookies, setSessionCookies } from '../plugins/auth.ts'
import { limitsOf, signInLimit } from '../plugins/limits.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['session']

export function addSessionRoutes(app: App, { runtime, tokens, people, config }: Deps): void {
  app.post(
    '/api/session',
    {
      config: signInLimit(limitsOf(config)),
      schema: {
        tags,
        summary: 'Sign in',
        body: SessionRequestSchema,
        response: replies(SessionReplySchema),
      },
    },
    async (request, reply) => {
      const { user, tenant } = await runtime.sessions.signIn(request.body)
      const person = { tenant: tenant.id, user: user.id }
      people.forget(person)
      const session = tokens.issueSession(person)
      setSessionCookies(reply, session, config.secureCookies)
      return { user, tenant, token: session.token, expiresAt: session.expiresAt.toISOString() }
    },
  )

  app.get(
    '/api/session',
    { schema: { tags, summary: 'Who is signed in', response: replies(SessionSchema) } },
    async ({ auth }) => {
      if (auth === null) throw new FluxoError('AUTH_REQUIRED')
      const { user, tenant } = auth.signedIn
      return { user, tenant, expiresAt: auth.expiresAt.toISOString() }
    },
  )

  app.delete(
    '/api/session',
    { schema: { tags, summary: 'Sign out', response: { 204: z.null() } } },
    async (_request, reply) => {
      clearSessionCookies(reply, config.secureCookies)
      return reply.code(204).send(null)
    },
  )
}

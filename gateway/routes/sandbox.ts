// The sandbox's control routes, for builders who are signed in: what left, writing as a contact, failures on demand.

import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { CHANNEL_KIND_PATTERN } from '#machines/contracts/channel.ts'
import { SandboxStatusSchema } from '#machines/contracts/sandbox.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['sandbox']
const params = z.object({
  /** `whatsapp`, `email`, …: the stand-in's name. */
  provider: z.string().regex(CHANNEL_KIND_PATTERN),
  what: z.enum(['messages', 'arrivals', 'inbound', 'events']),
})
/** As much as a picture for a conversation needs. */
const BODY_LIMIT = 8 * 1024 * 1024

export function addSandboxRoutes(app: App, { runtime: { sandbox } }: Deps): void {
  app.get(
    '/api/sandbox',
    {
      schema: {
        tags,
        summary: 'Whether the sandbox is there to be worked with',
        response: replies(SandboxStatusSchema),
      },
    },
    async ({ actor }) => sandbox.status(actor),
  )

  app.get(
    '/api/sandbox/:provider/:what',
    { schema: { tags, summary: 'What a stand-in keeps', params } },
    async ({ actor, params: { provider, what }, url }, reply) => {
      const search = url.includes('?') ? url.slice(url.indexOf('?')) : ''
      const path = `/${provider}/${what}`
      return send(reply, await sandbox.ask(actor, { method: 'GET', path, search, body: null }))
    },
  )

  app.post(
    '/api/sandbox/:provider/:what',
    {
      bodyLimit: BODY_LIMIT,
      schema: { tags, summary: 'Write as a contact', params, body: z.unknown() },
    },
    async ({ actor, params: { provider, what }, body }, reply) => {
      const path = `/${provider}/${what}`
      return send(reply, await sandbox.ask(actor, { method: 'POST', path, search: '', body }))
    },
  )

  app.post(
    '/api/sandbox/script',
    { schema: { tags, summary: 'Lay out failures for the next sends', body: z.unknown() } },
    async ({ actor, body }, reply) => {
      const question = { method: 'POST' as const, path: '/script', search: '', body }
      return send(reply, await sandbox.ask(actor, question))
    },
  )
}

/** Whatever a stand-in was sent may come back: no page of ours may be made of it. */
function send(
  reply: FastifyReply,
  { status, contentType, body }: { status: number; contentType: string; body: Buffer },
): FastifyReply {
  return reply
    .status(status)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .type(contentType)
    .send(body)
}

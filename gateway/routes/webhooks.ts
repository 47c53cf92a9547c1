// Signed events from outside. The bytes are handed on as they came, whatever their content type says, and 2xx is
// answered only after the runtime has stored them (I1).

import { z } from 'zod'
import { WebhookReplySchema } from '#machines/contracts/api.ts'
import type { Runtime } from '#runtime/index.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { boundBodies } from '../plugins/body-room.ts'
import { limitsOf, webhookLimit } from '../plugins/limits.ts'
import { replies } from '../plugins/validation.ts'
import { addMetaWebhook } from './meta-leads.ts'

const tags = ['webhooks']
export const EVENT_BODY_LIMIT = 256 * 1024
export const WHATSAPP_BODY_LIMIT = 3 * 1024 * 1024
/** Of all webhooks that are not answered yet. */
const MOST_BODY_BYTES = 64 * 1024 * 1024

const SourceQuerySchema = z.object({
  tenant: z.string().min(1).max(200),
  source: z.string().min(1).max(200),
})
const word = z.string().max(1000).optional()
const ChallengeQuerySchema = z.object({
  'hub.mode': word,
  'hub.verify_token': word,
  'hub.challenge': word,
})
/** The largest that any connector takes: a letter with its attachments. */
export const CONNECTOR_BODY_LIMIT = 30 * 1024 * 1024

const ChannelParamsSchema = z.object({
  connector: z.string().max(30),
  channel: z.string().max(100),
})
const WhatsappReplySchema = z.object({ accepted: z.number(), ignored: z.number() })

export async function addWebhookRoutes(app: App, deps: Deps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    // A content type that cannot be read would be refused before the parser; the signature is over the bytes alone.
    scope.addHook('onRequest', ({ raw }, reply, done) => {
      raw.headers['content-type'] = undefined
      void reply.header('x-content-type-options', 'nosniff')
      done()
    })
    boundBodies(scope as App, MOST_BODY_BYTES)
    addEventRoutes(scope as App, deps)
    addWhatsappRoutes(scope as App, deps)
    addMetaWebhook(scope as App, deps)
    addConnectorRoutes(scope as App, deps)
  })
}

/** Answers here are a few fields of our own making, read by programs: no page needs its headers, no schema its check. */
const writeJson = () => JSON.stringify

type SignedRequest = Parameters<Runtime['webhooks']['leads']>[0]
const bytesOf = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

function addEventRoutes(app: App, { runtime: { webhooks }, config }: Deps): void {
  const kinds = [
    {
      kind: 'leads',
      summary: 'Receive a lead',
      receive: (request: SignedRequest) => webhooks.leads(request),
    },
    {
      kind: 'events',
      summary: 'Receive an event of a contact',
      receive: (request: SignedRequest) => webhooks.events(request),
    },
  ] as const
  for (const { kind, summary, receive } of kinds) {
    app.post(
      `/webhooks/${kind}`,
      {
        serializerCompiler: writeJson,
        bodyLimit: EVENT_BODY_LIMIT,
        helmet: false,
        config: webhookLimit(limitsOf(config)),
        schema: {
          tags,
          summary,
          description:
            'Headers `X-Timestamp`, `X-Nonce` and `X-Signature: sha256=…`, an HMAC over `timestamp.nonce.body`.',
          querystring: SourceQuerySchema,
          response: replies(WebhookReplySchema),
        },
      },
      ({ body, headers, query }) => receive({ ...query, rawBody: bytesOf(body), headers }),
    )
  }
}

function addWhatsappRoutes(app: App, { runtime: { webhooks }, config }: Deps): void {
  app.get(
    '/webhooks/whatsapp',
    {
      config: webhookLimit(limitsOf(config)),
      schema: {
        tags,
        summary: 'Answer Meta’s challenge',
        querystring: ChallengeQuerySchema,
        response: replies(z.string()),
      },
    },
    async ({ query }, reply) => {
      const challenge = await webhooks.whatsappChallenge(query)
      return reply.type('text/plain; charset=utf-8').serializer(String).send(challenge)
    },
  )

  app.post(
    '/webhooks/whatsapp',
    {
      serializerCompiler: writeJson,
      bodyLimit: WHATSAPP_BODY_LIMIT,
      helmet: false,
      config: webhookLimit(limitsOf(config)),
      schema: {
        tags,
        summary: 'Receive messages and statuses from Meta',
        description: 'Header `X-Hub-Signature-256: sha256=…` over the body.',
        response: replies(WhatsappReplySchema),
      },
    },
    ({ body, headers }) => webhooks.whatsapp({ rawBody: bytesOf(body), headers }),
  )
}

/** What is not JSON of our own making is what the provider wants to hear. */
function addConnectorRoutes(app: App, { runtime: { webhooks }, config }: Deps): void {
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/webhooks/:connector/:channel',
      bodyLimit: CONNECTOR_BODY_LIMIT,
      helmet: false,
      config: webhookLimit(limitsOf(config)),
      schema: {
        tags,
        summary: 'Receive what a provider tells a channel',
        description: 'Each connector proves in its own way that its provider sent it.',
        params: ChannelParamsSchema,
        querystring: z.record(z.string(), z.string().max(4096)),
        response: replies(WhatsappReplySchema),
      },
      handler: async ({ body, headers, params, query }, reply) => {
        const { reply: own, ...counts } = await webhooks.channel({
          method,
          connector: params.connector,
          channelId: params.channel,
          rawBody: bytesOf(body),
          headers,
          query,
        })
        if (!own) return counts
        return reply
          .code(own.status as 200)
          .type(own.contentType)
          .serializer(String)
          .send(own.body as never)
      },
    })
  }
}

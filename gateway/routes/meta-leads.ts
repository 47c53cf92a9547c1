// Pages of Meta's lead ads, and Meta's webhook of pages. The webhook's bytes are handed on as they came.

import { z } from 'zod'
import {
  LeadFetchListSchema,
  LeadPageListSchema,
  LeadPageParamsSchema,
  LeadPageSchema,
} from '#machines/contracts/meta-leads.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { limitsOf, webhookLimit } from '../plugins/limits.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['meta leads']
const params = LeadPageParamsSchema
const META_BODY_LIMIT = 1024 * 1024

export function addMetaLeadRoutes(app: App, { runtime }: Deps): void {
  const { metaLeads } = runtime.leads
  app.get(
    '/api/meta-leads',
    { schema: { tags, summary: 'Pages with lead ads', response: replies(LeadPageListSchema) } },
    async ({ actor }) => metaLeads.pages(actor),
  )

  app.get(
    '/api/meta-leads/:id/leads',
    {
      schema: {
        tags,
        summary: 'Leads that Meta told of: what waits and what failed first',
        params,
        response: replies(LeadFetchListSchema),
      },
    },
    async ({ actor, params: { id } }) => metaLeads.fetches(actor, id),
  )
  const deeds = {
    check: 'Ask Meta about token and subscription',
    subscribe: 'Ask Meta to tell of new leads',
    reconcile: 'Read the page whole soon, and try again what failed',
  } as const
  for (const deed of ['check', 'subscribe', 'reconcile'] as const) {
    app.post(
      `/api/meta-leads/:id/${deed}`,
      { schema: { tags, summary: deeds[deed], params, response: replies(LeadPageSchema) } },
      async ({ actor, params: { id } }) => metaLeads[deed](actor, id),
    )
  }
}

const ReplySchema = z.object({ accepted: z.number(), ignored: z.number() })

/** @param scope where bodies stay bytes */
export function addMetaWebhook(scope: App, { runtime, config }: Deps): void {
  const { metaWebhook } = runtime.leads
  scope.get(
    '/webhooks/meta',
    {
      config: webhookLimit(limitsOf(config)),
      schema: {
        tags: ['webhooks'],
        summary: 'Answer Meta’s challenge for pages',
        querystring: z.record(z.string(), z.string().max(1000)),
        response: replies(z.string()),
      },
    },
    async ({ query }, reply) => {
      const challenge = await metaWebhook.challenge(query)
      return reply.type('text/plain; charset=utf-8').serializer(String).send(challenge)
    },
  )

  scope.post(
    '/webhooks/meta',
    {
      bodyLimit: META_BODY_LIMIT,
      helmet: false,
      config: webhookLimit(limitsOf(config)),
      schema: {
        tags: ['webhooks'],
        summary: 'Receive what Meta tells of pages: new leads',
        description: 'Header `X-Hub-Signature-256: sha256=…` over the body.',
        response: replies(ReplySchema),
      },
    },
    ({ body, headers }) =>
      metaWebhook.receive({ rawBody: Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers }),
  )
}

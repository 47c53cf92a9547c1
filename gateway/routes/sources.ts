// Sources of leads: set up, tried, looked into.

import { WebhookReplySchema } from '#machines/contracts/api.ts'
import {
  MappingTestRequestSchema,
  MappingTestSchema,
  PayloadParamsSchema,
  SourceCreateSchema,
  SourceEditSchema,
  SourceListSchema,
  SourceParamsSchema,
  SourcePayloadListSchema,
  SourceSchema,
  SourceSecretSchema,
} from '#machines/contracts/sources.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['sources']
const params = SourceParamsSchema

export function addSourceRoutes(app: App, deps: Deps): void {
  const { sources } = deps.runtime.leads
  app.get(
    '/api/sources',
    { schema: { tags, summary: 'Sources of leads', response: replies(SourceListSchema) } },
    async ({ actor }) => sources.list(actor),
  )

  app.post(
    '/api/sources',
    {
      schema: {
        tags,
        summary: 'Make a source',
        description: 'The secret is in this answer and never shown again.',
        body: SourceCreateSchema,
        response: replies(SourceSecretSchema),
      },
    },
    async ({ actor, body }) => sources.create(actor, body),
  )

  app.put(
    '/api/sources/:id',
    {
      schema: {
        tags,
        summary: 'Change a source: its name, mapping, window, whether it is taken from',
        params,
        body: SourceEditSchema,
        response: replies(SourceSchema),
      },
    },
    async ({ actor, params: { id }, body }) => sources.edit(actor, id, body),
  )
  addSecretRoutes(app, deps)
  addPayloadRoutes(app, deps)
}

function addSecretRoutes(app: App, { runtime }: Deps): void {
  const { sources } = runtime.leads
  app.post(
    '/api/sources/:id/secret',
    {
      schema: {
        tags,
        summary: 'A new secret; the old one stays good until it is dropped',
        params,
        response: replies(SourceSecretSchema),
      },
    },
    async ({ actor, params: { id } }) => sources.rotate(actor, id),
  )

  app.post(
    '/api/sources/:id/secret/finish',
    { schema: { tags, summary: 'Drop the old secret', params, response: replies(SourceSchema) } },
    async ({ actor, params: { id } }) => sources.finishRotation(actor, id),
  )
}

function addPayloadRoutes(app: App, { runtime }: Deps): void {
  const { sources } = runtime.leads
  app.get(
    '/api/sources/:id/payloads',
    {
      schema: {
        tags,
        summary: 'The last 20 payloads, newest first',
        params,
        response: replies(SourcePayloadListSchema),
      },
    },
    async ({ actor, params: { id } }) => sources.payloads(actor, id),
  )

  app.post(
    '/api/sources/:id/test',
    {
      schema: {
        tags,
        summary: 'What a mapping makes of a payload',
        params,
        body: MappingTestRequestSchema,
        response: replies(MappingTestSchema),
      },
    },
    async ({ actor, params: { id }, body }) => sources.test(actor, id, body),
  )

  app.post(
    '/api/sources/:id/payloads/:payload/replay',
    {
      schema: {
        tags,
        summary: 'Take a refused payload again',
        params: PayloadParamsSchema,
        response: replies(WebhookReplySchema),
      },
    },
    async ({ actor, params: { id, payload } }) => sources.replay(actor, id, payload),
  )
}

// Templates of WhatsApp: listed, written, laid before Meta, read back from it, removed.

import { z } from 'zod'
import { PageQuerySchema } from '#machines/contracts/api.ts'
import {
  TEMPLATE_STATUSES,
  TemplateDraftSchema,
  TemplateItemSchema,
  TemplateListSchema,
  TemplateSyncRequestSchema,
  TemplateSyncSchema,
} from '#machines/contracts/whatsapp-template.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['templates']
const params = idParams('template')
const querystring = PageQuerySchema.extend({
  status: z.enum(TEMPLATE_STATUSES).optional(),
  q: z.string().max(200).optional(),
})

export function addTemplateRoutes(app: App, deps: Deps): void {
  addReading(app, deps)
  addWriting(app, deps)
  addMeta(app, deps)
}

function addReading(app: App, { runtime: { templates } }: Deps): void {
  app.get(
    '/api/templates',
    {
      schema: {
        tags,
        summary: 'List the WhatsApp templates',
        querystring,
        response: replies(TemplateListSchema),
      },
    },
    async ({ actor, query }) => templates.list(actor, query),
  )

  app.get(
    '/api/templates/:id',
    {
      schema: {
        tags,
        summary: 'One template with what Meta says of it',
        params,
        response: replies(TemplateItemSchema),
      },
    },
    async ({ actor, params: { id } }) => templates.get(actor, id),
  )
}

function addWriting(app: App, { runtime: { templates } }: Deps): void {
  app.post(
    '/api/templates',
    {
      schema: {
        tags,
        summary: 'Write a template',
        description: 'It is kept as a draft; what Meta would refuse is refused with its field.',
        body: TemplateDraftSchema,
        response: replies(TemplateItemSchema),
      },
    },
    async ({ actor, body }) => templates.create(actor, body),
  )

  app.put(
    '/api/templates/:id',
    {
      schema: {
        tags,
        summary: 'Change a draft or a rejected template',
        params,
        body: TemplateDraftSchema,
        response: replies(TemplateItemSchema),
      },
    },
    async ({ actor, params: { id }, body }) => templates.edit(actor, id, body),
  )

  app.delete(
    '/api/templates/:id',
    {
      schema: {
        tags,
        summary: 'Remove a template, also at Meta',
        params,
        response: replies(z.object({ removed: z.literal(true) })),
      },
    },
    async ({ actor, params: { id } }) => {
      await templates.remove(actor, id)
      return { removed: true as const }
    },
  )
}

function addMeta(app: App, { runtime: { templates } }: Deps): void {
  app.post(
    '/api/templates/:id/submit',
    {
      schema: {
        tags,
        summary: 'Lay a template before Meta',
        params,
        response: replies(TemplateItemSchema),
      },
    },
    async ({ actor, params: { id } }) => templates.submit(actor, id),
  )

  app.post(
    '/api/templates/sync',
    {
      schema: {
        tags,
        summary: 'Read one part of what Meta has',
        description: 'Goes on with `next` until it is null.',
        body: TemplateSyncRequestSchema,
        response: replies(TemplateSyncSchema),
      },
    },
    async ({ actor, body }) => templates.sync(actor, body),
  )
}

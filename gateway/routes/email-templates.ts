// E-mail templates and their partials, previews and tries; what DNS says of a sender's domain.

import { z } from 'zod'
import {
  DomainParamsSchema,
  DomainQuerySchema,
  EmailDomainReportSchema,
} from '#machines/contracts/email-domain.ts'
import {
  EmailPartialListSchema,
  EmailPartialSchema,
  EmailPreviewRequestSchema,
  EmailPreviewSchema,
  EmailTemplateListSchema,
  EmailTemplateSaveSchema,
  EmailTemplateSchema,
  EmailTestReplySchema,
  EmailTestRequestSchema,
} from '#machines/contracts/email-templates.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['e-mail']
const params = z.object({ id: z.string().min(1).max(200) })
const named = EmailPartialSchema.pick({ name: true })
const DoneSchema = z.object({ done: z.literal(true) })
/** Two sources of a template and its text, in characters that may take three bytes each. */
const BODY_LIMIT = 1024 * 1024

export function addEmailTemplateRoutes(app: App, deps: Deps): void {
  addKeeping(app, deps)
  addTrying(app, deps)
  addPartials(app, deps)
  app.get(
    '/api/email-domains/:domain/check',
    {
      schema: {
        tags,
        summary: 'Whether large receivers will take letters of a domain, and the records to write',
        params: DomainParamsSchema,
        querystring: DomainQuerySchema,
        response: replies(EmailDomainReportSchema),
      },
    },
    async ({ actor, params: { domain }, query: { selectors } }) =>
      deps.runtime.emailDomains.check(actor, domain, selectors?.split(',') ?? []),
  )
}

function addKeeping(app: App, { runtime: { emailTemplates } }: Deps): void {
  app.get(
    '/api/email-templates',
    {
      schema: {
        tags,
        summary: 'List e-mail templates',
        response: replies(EmailTemplateListSchema),
      },
    },
    async ({ actor }) => emailTemplates.list(actor),
  )

  app.get(
    '/api/email-templates/:id',
    {
      schema: { tags, summary: 'Read a template', params, response: replies(EmailTemplateSchema) },
    },
    async ({ actor, params: { id } }) => emailTemplates.get(actor, id),
  )

  app.put(
    '/api/email-templates',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        tags,
        summary: 'Make or replace the template of that name and language',
        body: EmailTemplateSaveSchema,
        response: replies(EmailTemplateSchema),
      },
    },
    async ({ actor, body }) => emailTemplates.save(actor, body),
  )

  app.delete(
    '/api/email-templates/:id',
    { schema: { tags, summary: 'Remove a template', params, response: replies(DoneSchema) } },
    async ({ actor, params: { id } }) => {
      await emailTemplates.remove(actor, id)
      return { done: true as const }
    },
  )
}

function addTrying(app: App, { runtime: { emailTemplates } }: Deps): void {
  app.post(
    '/api/email-templates/preview',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        tags,
        summary: 'The letter as it would arrive, and what it could do better',
        body: EmailPreviewRequestSchema,
        response: replies(EmailPreviewSchema),
      },
    },
    async ({ actor, body }) => emailTemplates.preview(actor, body),
  )

  app.post(
    '/api/email-templates/test',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        tags,
        summary: 'Send the letter to one address to look at it',
        body: EmailTestRequestSchema,
        response: replies(EmailTestReplySchema),
      },
    },
    async ({ actor, body }) => emailTemplates.sendTest(actor, body),
  )
}

function addPartials(app: App, { runtime: { emailTemplates } }: Deps): void {
  app.get(
    '/api/email-partials',
    {
      schema: {
        tags,
        summary: 'List what templates share',
        response: replies(EmailPartialListSchema),
      },
    },
    async ({ actor }) => emailTemplates.partials(actor),
  )

  app.put(
    '/api/email-partials',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        tags,
        summary: 'Make or replace a partial',
        body: EmailPartialSchema,
        response: replies(EmailPartialSchema),
      },
    },
    async ({ actor, body }) => emailTemplates.savePartial(actor, body),
  )

  app.delete(
    '/api/email-partials/:name',
    { schema: { tags, summary: 'Remove a partial', params: named, response: replies(DoneSchema) } },
    async ({ actor, params: { name } }) => {
      await emailTemplates.removePartial(actor, name)
      return { done: true as const }
    },
  )
}

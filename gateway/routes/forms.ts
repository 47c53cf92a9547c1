// Forms as people build them.

import {
  FormCreateSchema,
  FormEditSchema,
  FormListSchema,
  FormParamsSchema,
  FormSchema,
} from '#machines/contracts/forms.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['forms']
const params = FormParamsSchema

export function addFormRoutes(app: App, { runtime }: Deps): void {
  const { forms } = runtime.leads
  app.get(
    '/api/forms',
    { schema: { tags, summary: 'Forms', response: replies(FormListSchema) } },
    async ({ actor }) => forms.list(actor),
  )

  app.post(
    '/api/forms',
    {
      schema: {
        tags,
        summary: 'Make a form',
        body: FormCreateSchema,
        response: replies(FormSchema),
      },
    },
    async ({ actor, body }) => forms.create(actor, body),
  )

  app.get(
    '/api/forms/:id',
    { schema: { tags, summary: 'Read one form', params, response: replies(FormSchema) } },
    async ({ actor, params: { id } }) => forms.get(actor, id),
  )

  app.put(
    '/api/forms/:id',
    {
      schema: {
        tags,
        summary: 'Change a form; what is shown otherwise is a new version',
        params,
        body: FormEditSchema,
        response: replies(FormSchema),
      },
    },
    async ({ actor, params: { id }, body }) => forms.edit(actor, id, body),
  )
}

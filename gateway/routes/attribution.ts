// Where a contact came from, and what it bought since.

import { AttributionSchema } from '#machines/contracts/attribution.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

export function addAttributionRoutes(app: App, { runtime }: Deps): void {
  app.get(
    '/api/contacts/:id/attribution',
    {
      schema: {
        tags: ['contacts'],
        summary: 'First and last touch of a contact, and its purchases',
        params: idParams('contact'),
        response: replies(AttributionSchema),
      },
    },
    async ({ actor, params: { id } }) => runtime.leads.attribution.get(actor, id),
  )
}

// Asking for a run of a workflow for one contact.

import {
  IdempotencyHeadersSchema,
  RunRequestReplySchema,
  RunRequestSchema,
} from '#machines/contracts/run-request.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

export function addRunRoutes(app: App, { runtime: { runs } }: Deps): void {
  app.post(
    '/api/workflows/:id/runs',
    {
      schema: {
        tags: ['workflows'],
        summary: 'Start the published workflow for one contact',
        description:
          'For workflows with the trigger `manual`. With the header `Idempotency-Key` a repeated request starts nothing again.',
        params: idParams('workflow'),
        headers: IdempotencyHeadersSchema,
        body: RunRequestSchema,
        response: replies(RunRequestReplySchema),
      },
    },
    async ({ actor, params: { id }, headers, body }) =>
      runs.request(actor, id, { ...body, idempotencyKey: headers['idempotency-key'] }),
  )
}

// One contact taken apart: Steps by number, the state at any of them, what people did, another version's way.

import { z } from 'zod'
import { PageQuerySchema } from '#machines/contracts/api.ts'
import {
  AuditListSchema,
  RetellRequestSchema,
  RetellingSchema,
  StepsQuerySchema,
  StepsSchema,
  StepViewSchema,
} from '#machines/contracts/debugger.ts'
import { idSchema } from '#machines/contracts/ids.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['actors']
const params = idParams('contact')
const stepParams = z.object({ id: idSchema('contact'), seq: z.coerce.number().int() })

export function addDebuggerRoutes(app: App, { runtime }: Deps): void {
  const desk = runtime.debugger
  app.get(
    '/api/contacts/:id/steps',
    {
      schema: {
        tags,
        summary: 'Steps of one contact by number, newest first',
        params,
        querystring: StepsQuerySchema,
        response: replies(StepsSchema),
      },
    },
    async ({ actor, params: { id }, query }) => desk.steps(actor, id, query),
  )

  app.get(
    '/api/contacts/:id/steps/:seq',
    {
      schema: {
        tags,
        summary: 'One Step with the whole state before and after it',
        description: 'The state is folded from the journal; both are null where it was cut.',
        params: stepParams,
        response: replies(StepViewSchema),
      },
    },
    async ({ actor, params: { id, seq } }) => desk.step(actor, id, seq),
  )

  app.get(
    '/api/contacts/:id/audit',
    {
      schema: {
        tags,
        summary: 'What people did to one contact',
        params,
        querystring: PageQuerySchema,
        response: replies(AuditListSchema),
      },
    },
    async ({ actor, params: { id }, query }) => desk.audit(actor, id, query),
  )

  app.post(
    '/api/contacts/:id/retell',
    {
      schema: {
        tags,
        summary: 'Tell a run again on the draft or another version',
        description: 'The same events and results at the same times; nothing is sent or kept.',
        params,
        body: RetellRequestSchema,
        response: replies(RetellingSchema),
      },
    },
    async ({ actor, params: { id }, body }) => desk.retell(actor, id, body),
  )
}

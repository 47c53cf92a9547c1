// Acts on all contacts of one state: looked at beforehand, started, watched, taken back; and the list of them as CSV.

import { Readable } from 'node:stream'
import { z } from 'zod'
import { idSchema } from '#machines/contracts/ids.ts'
import {
  StateActDeedSchema,
  StateActDryRunSchema,
  StateActListSchema,
  StateActQuestionSchema,
  StateActRequestSchema,
  StateActSchema,
  StateFilterSchema,
} from '#machines/contracts/state-acts.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['workflows']
const params = idParams('workflow')
const actParams = z.object({ id: idSchema('workflow'), actId: idSchema('act') })

export function addStateActRoutes(app: App, deps: Deps): void {
  addStartRoutes(app, deps)
  addReadingRoutes(app, deps)
  addTurningRoutes(app, deps)
}

function addStartRoutes(app: App, { runtime: { stateActs } }: Deps): void {
  app.post(
    '/api/workflows/:id/state-acts/dry-run',
    {
      schema: {
        tags,
        summary:
          'For whom an act on the contacts of a state would be done, and for whom not and why',
        description: 'Looks at the live contacts; nothing is changed.',
        params,
        body: StateActQuestionSchema,
        response: replies(StateActDryRunSchema),
      },
    },
    async ({ actor, params: { id }, body }) => stateActs.dryRun(actor, id, body),
  )

  app.post(
    '/api/workflows/:id/state-acts',
    {
      schema: {
        tags,
        summary: 'Act on all contacts of a state',
        description: 'One event per contact, applied in order, while the contact is still there.',
        params,
        body: StateActRequestSchema,
        response: replies(StateActSchema),
      },
    },
    async ({ actor, params: { id }, body }) => stateActs.start(actor, id, body),
  )
}

function addReadingRoutes(app: App, { runtime: { stateActs } }: Deps): void {
  app.get(
    '/api/workflows/:id/state-acts',
    {
      schema: {
        tags,
        summary: 'List acts on the contacts of states',
        params,
        response: replies(StateActListSchema),
      },
    },
    async ({ actor, params: { id } }) => stateActs.list(actor, id),
  )

  app.get(
    '/api/workflows/:id/state-acts/:actId',
    {
      schema: {
        tags,
        summary: 'How far an act is',
        params: actParams,
        response: replies(StateActSchema),
      },
    },
    async ({ actor, params: { id, actId } }) => stateActs.get(actor, id, actId),
  )

  app.get(
    '/api/workflows/:id/contacts.csv',
    {
      schema: {
        tags,
        summary: 'The contacts of a state as CSV',
        params,
        querystring: StateFilterSchema,
        produces: ['text/csv'],
      },
    },
    async ({ actor, params: { id }, query }, reply) => {
      const lines = await stateActs.export(actor, id, query)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}-contacts.csv"`)
        .send(Readable.from(lines))
    },
  )
}

function addTurningRoutes(app: App, { runtime: { stateActs } }: Deps): void {
  app.post(
    '/api/workflows/:id/state-acts/:actId/stop',
    {
      schema: {
        tags,
        summary: 'Leave those as they are who were sent nothing yet',
        params: actParams,
        body: StateActDeedSchema,
        response: replies(StateActSchema),
      },
    },
    async ({ actor, params: { id, actId }, body }) => stateActs.stop(actor, id, { actId, ...body }),
  )

  app.post(
    '/api/workflows/:id/state-acts/:actId/undo',
    {
      schema: {
        tags,
        summary: 'Take back what can be taken back',
        params: actParams,
        body: StateActDeedSchema,
        response: replies(StateActSchema),
      },
    },
    async ({ actor, params: { id, actId }, body }) => stateActs.undo(actor, id, { actId, ...body }),
  )
}

// A workflow over time: its pace, and the counts of the past.

import {
  HistoryQuerySchema,
  LiveHistorySchema,
  LiveQuerySchema,
  LiveReplySchema,
  PaceQuerySchema,
  PaceSchema,
} from '#machines/contracts/insights.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['workflows']
const params = idParams('workflow')

export function addInsightRoutes(app: App, { runtime: { insights, workflows } }: Deps): void {
  app.get(
    '/api/workflows/:id/live',
    {
      schema: {
        tags,
        summary: 'Contacts in each state, now or at an earlier instant',
        description:
          'With `at`, the counts of the version that was published then, rebuilt from the journal; ' +
          '`complete` is false where too much has moved since.',
        params,
        querystring: LiveQuerySchema,
        response: replies(LiveReplySchema),
      },
    },
    async ({ actor, params: { id }, query: { at } }) =>
      at === undefined ? workflows.live(actor, id) : insights.at(actor, id, at),
  )

  app.get(
    '/api/workflows/:id/history',
    {
      schema: {
        tags,
        summary: 'Contacts in each state over time',
        params,
        querystring: HistoryQuerySchema,
        response: replies(LiveHistorySchema),
      },
    },
    async ({ actor, params: { id }, query }) => insights.history(actor, id, query),
  )

  app.get(
    '/api/workflows/:id/pace',
    {
      schema: {
        tags,
        summary: 'How long contacts stay in each state, and what fails there',
        params,
        querystring: PaceQuerySchema,
        response: replies(PaceSchema),
      },
    },
    async ({ actor, params: { id }, query }) => insights.pace(actor, id, query),
  )
}

// One contact's actor: what it is in, what it waits for, what happened, and what a person may ask of it.

import { ActorActionReplySchema, ActorActionSchema } from '#machines/contracts/actor-actions.ts'
import { ActorViewSchema, PageQuerySchema } from '#machines/contracts/api.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['actors']
const params = idParams('contact')

export function addActorRoutes(app: App, { runtime: { actors } }: Deps): void {
  app.get(
    '/api/contacts/:id/actor',
    {
      schema: {
        tags,
        summary: 'State, timers and journal of one contact',
        params,
        querystring: PageQuerySchema,
        response: replies(ActorViewSchema),
      },
    },
    async ({ actor, params: { id }, query }) => actors.view(actor, id, query),
  )

  app.post(
    '/api/contacts/:id/actor/actions',
    {
      schema: {
        tags,
        summary: 'Act on one contact’s run',
        description: 'Stored as an event; it is applied in order, like any other.',
        params,
        body: ActorActionSchema,
        response: replies(ActorActionReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => {
      const { eventId } = await actors.act(actor, id, body)
      return { accepted: true as const, eventId }
    },
  )
}

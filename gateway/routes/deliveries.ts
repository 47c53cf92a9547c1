// Deliveries: what failed for good and is mended, what rests until somebody decides, what waits, and the gate.

import { z } from 'zod'
import { PageQuerySchema } from '#machines/contracts/api.ts'
import {
  CountReplySchema,
  DropRequestSchema,
  GateSchema,
  LetterDetailSchema,
  LetterEditSchema,
  LetterListSchema,
  LetterQuerySchema,
  QueueSchema,
  ReleaseRequestSchema,
  ReplayQuestionSchema,
  ReplayReplySchema,
  ReplayRequestSchema,
  RestingListSchema,
  RestQuerySchema,
  SettleRequestSchema,
} from '#machines/contracts/deliveries.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

const tags = ['deliveries']
/** An effect's id, or that of the event that is parked. */
const params = z.object({ id: z.string().min(1).max(200) })

export function addDeliveryRoutes(app: App, deps: Deps): void {
  addLetterRoutes(app, deps)
  addReplayRoutes(app, deps)
  addOutboxRoutes(app, deps)
  addGateRoutes(app, deps)
}

function addLetterRoutes(app: App, { runtime: { deliveries } }: Deps): void {
  app.get(
    '/api/dead-letters',
    {
      schema: {
        tags,
        summary: 'List what failed for good, the latest first',
        querystring: LetterQuerySchema,
        response: replies(LetterListSchema),
      },
    },
    async ({ actor, query }) => deliveries.letters(actor, query),
  )

  app.get(
    '/api/dead-letters/:id',
    {
      schema: {
        tags,
        summary: 'What failed, why, and the way out',
        params,
        response: replies(LetterDetailSchema),
      },
    },
    async ({ actor, params: { id } }) => deliveries.letter(actor, id),
  )

  app.put(
    '/api/dead-letters/:id',
    {
      schema: {
        tags,
        summary: 'Correct the content before it is tried again',
        description:
          'The whole command of an effect or the whole payload of an event. Kind, purpose and identity stay.',
        params,
        body: LetterEditSchema,
        response: replies(LetterDetailSchema),
      },
    },
    async ({ actor, params: { id }, body }) => deliveries.edit(actor, id, body),
  )
}

function addReplayRoutes(app: App, { runtime: { deliveries } }: Deps): void {
  app.post(
    '/api/dead-letters/replay/dry-run',
    {
      schema: {
        tags,
        summary: 'What sending again would do now; nothing is changed',
        body: ReplayQuestionSchema,
        response: replies(ReplayReplySchema),
      },
    },
    async ({ actor, body }) => deliveries.dryRun(actor, body),
  )

  app.post(
    '/api/dead-letters/replay',
    {
      schema: {
        tags,
        summary: 'Send effects again, apply parked events again',
        description: 'Each at most once, however often and however many at once ask for it.',
        body: ReplayRequestSchema,
        response: replies(ReplayReplySchema),
      },
    },
    async ({ actor, body }) => deliveries.replay(actor, body),
  )

  app.post(
    '/api/dead-letters/drop',
    {
      schema: {
        tags,
        summary: 'Leave effects unsent and parked events out',
        description: 'Behind a parked event the contact’s later ones go on.',
        body: DropRequestSchema,
        response: replies(CountReplySchema),
      },
    },
    async ({ actor, body }) => deliveries.drop(actor, body),
  )
}

function addOutboxRoutes(app: App, { runtime: { deliveries } }: Deps): void {
  app.get(
    '/api/outbox',
    {
      schema: {
        tags,
        summary: 'What waits to leave, in numbers',
        response: replies(QueueSchema),
      },
    },
    async ({ actor }) => deliveries.queue(actor),
  )

  app.get(
    '/api/outbox/resting',
    {
      schema: {
        tags,
        summary: 'Sends that nobody is sure of, or that a person has to decide',
        querystring: RestQuerySchema,
        response: replies(RestingListSchema),
      },
    },
    async ({ actor, query }) => deliveries.resting(actor, query),
  )

  app.post(
    '/api/outbox/resting/settle',
    {
      schema: {
        tags,
        summary: 'Decide: it arrived, send it again, or give it up',
        body: SettleRequestSchema,
        response: replies(CountReplySchema),
      },
    },
    async ({ actor, body }) => deliveries.settle(actor, body),
  )
}

function addGateRoutes(app: App, { runtime: { deliveries } }: Deps): void {
  app.get(
    '/api/outbox/gate',
    {
      schema: {
        tags,
        summary: 'Whether anything may leave, and why not',
        response: replies(GateSchema),
      },
    },
    async ({ actor }) => deliveries.gate(actor),
  )

  app.get(
    '/api/outbox/gate/effects',
    {
      schema: {
        tags,
        summary: 'Sends that may have left before the database was restored',
        querystring: PageQuerySchema,
        response: replies(RestingListSchema),
      },
    },
    async ({ actor, query }) => deliveries.suspects(actor, query),
  )

  app.post(
    '/api/outbox/gate/release',
    {
      schema: {
        tags,
        summary: 'Let sends leave again after a restore',
        description: 'Says what becomes of those that may have left already.',
        body: ReleaseRequestSchema,
        response: replies(GateSchema),
      },
    },
    async ({ actor, body }) => deliveries.release(actor, body),
  )
}

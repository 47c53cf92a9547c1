// Running contacts of a workflow: moved to another version or ended, looked at beforehand, watched, taken back.

import { z } from 'zod'
import { PageQuerySchema } from '#machines/contracts/api.ts'
import { idSchema } from '#machines/contracts/ids.ts'
import {
  DryRunSchema,
  EndRunsSchema,
  MigrationDeedSchema,
  MigrationItemListSchema,
  MigrationItemSchema,
  MigrationListSchema,
  MigrationRequestSchema,
  MigrationSchema,
  MigrationStartSchema,
} from '#machines/contracts/versions.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['migrations']
const params = idParams('workflow')
const migrationParams = z.object({ id: idSchema('workflow'), migrationId: idSchema('migration') })
const ItemQuerySchema = PageQuerySchema.extend({
  status: MigrationItemSchema.shape.status.optional(),
})

export function addMigrationRoutes(app: App, deps: Deps): void {
  addStartRoutes(app, deps)
  addReadingRoutes(app, deps)
  addTurningRoutes(app, deps)
}

function addStartRoutes(app: App, { runtime: { migrations } }: Deps): void {
  app.post(
    '/api/workflows/:id/migrations/dry-run',
    {
      schema: {
        tags,
        summary: 'Which running contacts would move, and which cannot and why',
        description: 'Looks at the live runs; nothing is changed. `to` may be `draft`.',
        params,
        body: MigrationRequestSchema,
        response: replies(DryRunSchema),
      },
    },
    async ({ actor, params: { id }, body }) => migrations.dryRun(actor, id, body),
  )

  app.post(
    '/api/workflows/:id/migrations',
    {
      schema: {
        tags,
        summary: 'Move running contacts to another version',
        params,
        body: MigrationStartSchema,
        response: replies(MigrationSchema),
      },
    },
    async ({ actor, params: { id }, body }) => migrations.start(actor, id, body),
  )

  app.post(
    '/api/workflows/:id/runs/end',
    {
      schema: {
        tags,
        summary: 'End running contacts where they are',
        params,
        body: EndRunsSchema,
        response: replies(MigrationSchema),
      },
    },
    async ({ actor, params: { id }, body }) => migrations.end(actor, id, body),
  )
}

function addReadingRoutes(app: App, { runtime: { migrations } }: Deps): void {
  app.get(
    '/api/workflows/:id/migrations',
    {
      schema: { tags, summary: 'List migrations', params, response: replies(MigrationListSchema) },
    },
    async ({ actor, params: { id } }) => migrations.list(actor, id),
  )

  app.get(
    '/api/workflows/:id/migrations/:migrationId',
    {
      schema: {
        tags,
        summary: 'How far a migration is',
        params: migrationParams,
        response: replies(MigrationSchema),
      },
    },
    async ({ actor, params: { id, migrationId } }) => migrations.get(actor, id, migrationId),
  )

  app.get(
    '/api/workflows/:id/migrations/:migrationId/runs',
    {
      schema: {
        tags,
        summary: 'What became of each run',
        params: migrationParams,
        querystring: ItemQuerySchema,
        response: replies(MigrationItemListSchema),
      },
    },
    async ({ actor, params: { id, migrationId }, query }) =>
      migrations.items(actor, id, { ...query, migrationId }),
  )
}

function addTurningRoutes(app: App, { runtime: { migrations } }: Deps): void {
  app.post(
    '/api/workflows/:id/migrations/:migrationId/stop',
    {
      schema: {
        tags,
        summary: 'Leave those where they are that have not moved yet',
        params: migrationParams,
        body: MigrationDeedSchema,
        response: replies(MigrationSchema),
      },
    },
    async ({ actor, params: { id, migrationId }, body }) =>
      migrations.stop(actor, id, { migrationId, ...body }),
  )

  app.post(
    '/api/workflows/:id/migrations/:migrationId/undo',
    {
      schema: {
        tags,
        summary: 'Bring back every run that has not moved since',
        params: migrationParams,
        body: MigrationDeedSchema,
        response: replies(MigrationSchema),
      },
    },
    async ({ actor, params: { id, migrationId }, body }) =>
      migrations.undo(actor, id, { migrationId, ...body }),
  )
}

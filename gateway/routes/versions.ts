// Versions of a workflow: publish, read, compare, go back, and what the draft would have done.

import { z } from 'zod'
import { idSchema } from '#machines/contracts/ids.ts'
import {
  DiffQuerySchema,
  PublishedReplySchema,
  PublishRequestSchema,
  RollbackRequestSchema,
  VersionDetailSchema,
  VersionListSchema,
  WhatIfRequestSchema,
  WhatIfSchema,
  WorkflowDiffSchema,
} from '#machines/contracts/versions.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['versions']
const params = idParams('workflow')
const versionParams = z.object({ id: idSchema('workflow'), versionId: idSchema('version') })

export function addVersionRoutes(app: App, deps: Deps): void {
  addReadingRoutes(app, deps)
  addPublishingRoutes(app, deps)
}

function addReadingRoutes(app: App, { runtime: { versions } }: Deps): void {
  app.get(
    '/api/workflows/:id/versions',
    {
      schema: { tags, summary: 'List versions', params, response: replies(VersionListSchema) },
    },
    async ({ actor, params: { id } }) => versions.list(actor, id),
  )

  app.get(
    '/api/workflows/:id/versions/:versionId',
    {
      schema: {
        tags,
        summary: 'Read one version with its document',
        params: versionParams,
        response: replies(VersionDetailSchema),
      },
    },
    async ({ actor, params: { id, versionId } }) => versions.get(actor, id, versionId),
  )

  app.get(
    '/api/workflows/:id/diff',
    {
      schema: {
        tags,
        summary: 'What changed between two versions, or a version and the draft',
        params,
        querystring: DiffQuerySchema,
        response: replies(WorkflowDiffSchema),
      },
    },
    async ({ actor, params: { id }, query }) => versions.diff(actor, id, query),
  )

  app.post(
    '/api/workflows/:id/what-if',
    {
      schema: {
        tags,
        summary: 'What the draft would have done with the histories of the last days',
        description: 'Plays real journals through the draft; nothing is sent or kept.',
        params,
        body: WhatIfRequestSchema,
        response: replies(WhatIfSchema),
      },
    },
    async ({ actor, params: { id }, body }) => versions.whatIf(actor, id, body),
  )
}

function addPublishingRoutes(app: App, { runtime: { versions, workflows } }: Deps): void {
  app.post(
    '/api/workflows/:id/publish',
    {
      schema: {
        tags: ['workflows'],
        summary: 'Publish the draft',
        description:
          'Without a body runs of other versions stay on theirs; `running` says that they move, or end. With `revision` ' +
          'only that draft is published: when another one is there, the answer is 409 `WORKFLOW_CONFLICT`.',
        params,
        body: PublishRequestSchema.nullish(),
        response: replies(PublishedReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => workflows.publish(actor, id, body ?? {}),
  )

  app.post(
    '/api/workflows/:id/rollback',
    {
      schema: {
        tags,
        summary: 'Publish an older version again',
        params,
        body: RollbackRequestSchema,
        response: replies(PublishedReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => versions.rollback(actor, id, body),
  )
}

// Workflows on their shelf: doubled, archived and restored, deleted.

import {
  ArchiveReplySchema,
  ArchiveRequestSchema,
  DeletedReplySchema,
  DuplicateReplySchema,
  DuplicateRequestSchema,
  WorkflowUseSchema,
} from '#machines/contracts/workflow-shelf.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['workflows']
const params = idParams('workflow')

export function addWorkflowShelfRoutes(app: App, deps: Deps): void {
  addCopyRoutes(app, deps)
  addPuttingAwayRoutes(app, deps)
}

function addCopyRoutes(app: App, { runtime: { exchange } }: Deps): void {
  app.get(
    '/api/workflows/:id/use',
    {
      schema: {
        tags,
        summary: 'What putting a workflow away would touch',
        params,
        response: replies(WorkflowUseSchema),
      },
    },
    async ({ actor, params: { id } }) => exchange.use(actor, id),
  )

  app.post(
    '/api/workflows/:id/duplicate',
    {
      schema: {
        tags,
        summary: 'Copy a draft and its tests',
        params,
        body: DuplicateRequestSchema,
        response: replies(DuplicateReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => exchange.duplicate(actor, id, body),
  )
}

function addPuttingAwayRoutes(app: App, { runtime: { exchange } }: Deps): void {
  app.post(
    '/api/workflows/:id/archive',
    {
      schema: {
        tags,
        summary: 'Archive a workflow',
        description:
          'Nothing starts in it any more. Contacts in it go on, or end; `restore` takes it out again.',
        params,
        body: ArchiveRequestSchema,
        response: replies(ArchiveReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => exchange.archive(actor, id, body),
  )

  app.post(
    '/api/workflows/:id/restore',
    {
      schema: {
        tags,
        summary: 'Take a workflow out of the archive',
        params,
        response: replies(ArchiveReplySchema),
      },
    },
    async ({ actor, params: { id } }) => exchange.restore(actor, id),
  )

  app.delete(
    '/api/workflows/:id',
    {
      schema: {
        tags,
        summary: 'Delete a workflow that was never published',
        params,
        response: replies(DeletedReplySchema),
      },
    },
    async ({ actor, params: { id } }) => {
      await exchange.remove(actor, id)
      return { deleted: true as const }
    },
  )
}

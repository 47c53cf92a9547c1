// Workflows that come and go: bundles, imports, drafts by prompt.

import {
  BundleReplySchema,
  BundleRequestSchema,
  ImportPreviewRequestSchema,
  ImportPreviewSchema,
  ImportReplySchema,
  ImportRequestSchema,
  ProposeReplySchema,
  ProposeRequestSchema,
} from '#machines/contracts/workflow-exchange.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['workflows']
const params = idParams('workflow')

export function addWorkflowExchangeRoutes(app: App, { runtime: { exchange } }: Deps): void {
  app.post(
    '/api/workflows/:id/bundle',
    {
      schema: {
        tags,
        summary: 'Export a workflow with its tests and what it names',
        description:
          'Signed with the company’s own key; values that look like credentials are left out and told.',
        params,
        body: BundleRequestSchema.nullish(),
        response: replies(BundleReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => exchange.bundle(actor, id, body ?? {}),
  )

  app.post(
    '/api/workflows/import/dry-run',
    {
      schema: {
        tags,
        summary: 'What an import would make',
        description:
          'Reads the file, judges its signature, proposes what becomes of what it names. Nothing is kept.',
        body: ImportPreviewRequestSchema,
        response: replies(ImportPreviewSchema),
      },
    },
    async ({ actor, body }) => exchange.preview(actor, body),
  )

  app.post(
    '/api/workflows/import',
    {
      schema: {
        tags,
        summary: 'Import a workflow from a file',
        description:
          'Always makes a new workflow, all of it in one transaction. What this company did not sign needs `acceptsUnsigned`.',
        body: ImportRequestSchema,
        response: replies(ImportReplySchema),
      },
    },
    async ({ actor, body }) => exchange.import(actor, body),
  )

  app.post(
    '/api/workflows/:id/propose',
    {
      schema: {
        tags,
        summary: 'Ask the model for a draft',
        description:
          'Answers a whole document, how it differs from the one that was sent and what the checks say of it. Nothing is saved.',
        params,
        body: ProposeRequestSchema,
        response: replies(ProposeReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => exchange.propose(actor, id, body),
  )
}

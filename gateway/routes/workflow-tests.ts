// Recorded tests of a workflow: read and replace the list, run it against the draft.

import {
  KeptTestListSchema,
  TestRunSchema,
  WorkflowTestsSchema,
} from '#machines/contracts/workflow-tests.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['workflows']
const params = idParams('workflow')

export function addWorkflowTestRoutes(app: App, { runtime: { workflowTests } }: Deps): void {
  app.get(
    '/api/workflows/:id/tests',
    {
      schema: {
        tags,
        summary: 'Recorded tests of a workflow',
        params,
        response: replies(KeptTestListSchema),
      },
    },
    async ({ actor, params: { id } }) => workflowTests.list(actor, id),
  )

  app.put(
    '/api/workflows/:id/tests',
    {
      schema: {
        tags,
        summary: 'Replace the recorded tests',
        description:
          'The whole list, as `<name>.tests.json` holds it. They run on every save; failing ones refuse publishing.',
        params,
        body: WorkflowTestsSchema,
        response: replies(KeptTestListSchema),
      },
    },
    async ({ actor, params: { id }, body }) => workflowTests.replace(actor, id, body),
  )

  app.post(
    '/api/workflows/:id/tests/run',
    {
      schema: {
        tags,
        summary: 'Run the recorded tests against the draft',
        params,
        response: replies(TestRunSchema),
      },
    },
    async ({ actor, params: { id } }) => workflowTests.run(actor, id),
  )
}

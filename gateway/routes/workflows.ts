// Workflows: list, read, save, check, simulate, and where their contacts are.

import {
  CheckReplySchema,
  PageQuerySchema,
  StateContactListSchema,
  WorkflowDetailSchema,
  WorkflowListSchema,
  WorkflowQuerySchema,
} from '#machines/contracts/api.ts'
import { JsonObjectSchema } from '#machines/contracts/json.ts'
import { SimulationSchema, WorkflowTestRequestSchema } from '#machines/contracts/simulation.ts'
import { StateNarrowingSchema } from '#machines/contracts/state-acts.ts'
import { SurroundingsReplySchema } from '#machines/contracts/surroundings.ts'
import { SavedWorkflowSchema } from '#machines/contracts/workflow-tests.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'
import { IfMatchHeadersSchema, readIfMatch, tagOf } from './if-match.ts'

const tags = ['workflows']
const params = idParams('workflow')
const StateQuerySchema = PageQuerySchema.extend(StateNarrowingSchema.shape)

export function addWorkflowRoutes(app: App, deps: Deps): void {
  addReadingRoutes(app, deps)
  addSurroundingsRoute(app, deps)
  addWritingRoutes(app, deps)
}

function addReadingRoutes(app: App, { runtime: { workflows } }: Deps): void {
  app.get(
    '/api/workflows',
    {
      schema: {
        tags,
        summary: 'List workflows',
        querystring: WorkflowQuerySchema,
        response: replies(WorkflowListSchema),
      },
    },
    async ({ actor, query }) =>
      workflows.list(actor, { ...query, archived: query.archived === 'true' }),
  )

  app.get(
    '/api/workflows/:id',
    {
      schema: {
        tags,
        summary: 'Read one workflow',
        description: 'The `ETag` is the revision of the draft.',
        params,
        response: replies(WorkflowDetailSchema),
      },
    },
    async ({ actor, params: { id } }, reply) => {
      const workflow = await workflows.get(actor, id)
      void reply.header('etag', tagOf(workflow))
      return workflow
    },
  )

  app.get(
    '/api/workflows/:id/contacts',
    {
      schema: {
        tags,
        summary: 'Contacts in one state, or in any',
        params,
        querystring: StateQuerySchema,
        response: replies(StateContactListSchema),
      },
    },
    async ({ actor, params: { id }, query }) => workflows.contactsIn(actor, id, query),
  )
}

function addSurroundingsRoute(app: App, { runtime: { workflows } }: Deps): void {
  app.get(
    '/api/workflows/surroundings',
    {
      schema: {
        tags,
        summary: 'What checks know of the tenant',
        description:
          'Channels, templates and other workflows: with them a definition can be checked where it is written.',
        response: replies(SurroundingsReplySchema),
      },
    },
    async ({ actor }) => workflows.surroundings(actor),
  )
}

function addWritingRoutes(app: App, { runtime: { workflows } }: Deps): void {
  app.post(
    '/api/workflows',
    {
      schema: {
        tags,
        summary: 'Save a draft',
        description:
          'The body is the definition itself; errors in it and failing tests are told and do not stand against saving. ' +
          'With the header `If-Match: "<revision>"` it is saved over that draft only: when another one is there, the ' +
          'answer is 409 `WORKFLOW_CONFLICT` with the other one in its details.',
        headers: IfMatchHeadersSchema,
        body: JsonObjectSchema,
        response: replies(SavedWorkflowSchema),
      },
    },
    async ({ actor, body, headers }, reply) => {
      const saved = await workflows.save(actor, body, readIfMatch(headers['if-match']))
      void reply.header('etag', tagOf(saved))
      return saved
    },
  )

  app.post(
    '/api/workflows/check',
    {
      schema: {
        tags,
        summary: 'Check a definition without saving it',
        body: JsonObjectSchema,
        response: replies(CheckReplySchema),
      },
    },
    async ({ actor, body }) => {
      const diagnostics = await workflows.check(actor, body)
      return { ok: diagnostics.every(({ severity }) => severity !== 'error'), diagnostics }
    },
  )

  app.post(
    '/api/workflows/:id/test',
    {
      schema: {
        tags,
        summary: 'Simulate the draft',
        description:
          'Plays a script with a virtual clock; nothing is sent or kept. Without a script: only the trigger.',
        params,
        body: WorkflowTestRequestSchema,
        response: replies(SimulationSchema),
      },
    },
    async ({ actor, params: { id }, body }) => workflows.test(actor, id, body),
  )
}

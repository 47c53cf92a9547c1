// Workflows: list, read, save, check, simulate, and where their contacts are.

import { z } from 'zod'
import {
  CheckReplySchema,
  PageQuerySchema,
  StateContactListSchema,
  WorkflowDetailSchema,
  WorkflowListSchema,
  WorkflowLiveSchema,
} from '#machines/contracts/api.ts'
import { JsonObjectSchema } from '#machines/contracts/json.ts'
import { SimulationSchema, WorkflowTestRequestSchema } from '#machines/contracts/simulation.ts'
import { SavedWorkflowSchema } from '#machines/contracts/workflow-tests.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['workflows']
const params = idParams('workflow')
const StateQuerySchema = PageQuerySchema.extend({ state: z.string().max(200).optional() })

export function addWorkflowRoutes(app: App, deps: Deps): void {
  addReadingRoutes(app, deps)
  addWritingRoutes(app, deps)
}

function addReadingRoutes(app: App, { runtime: { workflows } }: Deps): void {
  app.get(
    '/api/workflows',
    {
      schema: {
        tags,
        summary: 'List workflows',
        querystring: PageQuerySchema,
        response: replies(WorkflowListSchema),
      },
    },
    async ({ actor, query }) => workflows.list(actor, query),
  )

  app.get(
    '/api/workflows/:id',
    {
      schema: {
        tags,
        summary: 'Read one workflow',
        params,
        response: replies(WorkflowDetailSchema),
      },
    },
    async ({ actor, params: { id } }) => workflows.get(actor, id),
  )

  app.get(
    '/api/workflows/:id/live',
    {
      schema: {
        tags,
        summary: 'Contacts in each state now',
        params,
        response: replies(WorkflowLiveSchema),
      },
    },
    async ({ actor, params: { id } }) => workflows.live(actor, id),
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

function addWritingRoutes(app: App, { runtime: { workflows } }: Deps): void {
  app.post(
    '/api/workflows',
    {
      schema: {
        tags,
        summary: 'Save a draft',
        description:
          'The body is the definition itself; errors in it and failing tests are told and do not stand against saving.',
        body: JsonObjectSchema,
        response: replies(SavedWorkflowSchema),
      },
    },
    async ({ actor, body }) => workflows.save(actor, body),
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

// Contacts that turn out to be one person: preview, merge, the way back, and who may be the same.

import { z } from 'zod'
import {
  ContactMergeListSchema,
  MergePreviewSchema,
  MergeQuestionSchema,
  MergeReplySchema,
  MergeRequestSchema,
  MergeSuggestionListSchema,
  SuggestionQuerySchema,
  UndoMergeSchema,
} from '#machines/contracts/merges.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['contacts']
const params = idParams('contact')

export function addContactMergeRoutes(app: App, deps: Deps): void {
  addMergeRoutes(app, deps)
  addSuggestionRoutes(app, deps)
}

function addMergeRoutes(app: App, { runtime: { contactMerges } }: Deps): void {
  app.get(
    '/api/contacts/:id/merges',
    {
      schema: {
        tags,
        summary: 'Merges that the contact was a part of, the latest first',
        params,
        response: replies(ContactMergeListSchema),
      },
    },
    async ({ actor, params: { id } }) => contactMerges.list(actor, id),
  )

  app.post(
    '/api/contacts/:id/merge/preview',
    {
      schema: {
        tags,
        summary: 'What merging another contact into this one would do; nothing is changed',
        params,
        body: MergeQuestionSchema,
        response: replies(MergePreviewSchema),
      },
    },
    async ({ actor, params: { id }, body }) => contactMerges.preview(actor, id, body),
  )

  app.post(
    '/api/contacts/:id/merge',
    {
      schema: {
        tags,
        summary: 'Merge another contact into this one',
        description: 'Both conversations go on as one; it can be taken back.',
        params,
        body: MergeRequestSchema,
        response: replies(MergeReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => contactMerges.merge(actor, id, body),
  )

  app.post(
    '/api/contact-merges/:id/undo',
    {
      schema: {
        tags,
        summary: 'Part two contacts that were merged',
        description: 'Addresses and the runs that came along and are still under way go back.',
        params: idParams('merge'),
        body: UndoMergeSchema,
        response: replies(MergeReplySchema),
      },
    },
    async ({ actor, params: { id }, body }) => contactMerges.undo(actor, id, body),
  )
}

function addSuggestionRoutes(app: App, { runtime: { contactMerges } }: Deps): void {
  app.get(
    '/api/contact-merges/suggestions',
    {
      schema: {
        tags,
        summary: 'Pairs of contacts that may be one person',
        querystring: SuggestionQuerySchema,
        response: replies(MergeSuggestionListSchema),
      },
    },
    async ({ actor, query }) => contactMerges.suggestions(actor, query),
  )

  app.post(
    '/api/contact-merges/suggestions/:id/dismiss',
    {
      schema: {
        tags,
        summary: 'They are two people: do not suggest it again',
        params: idParams('suggestion'),
        response: replies(z.object({})),
      },
    },
    async ({ actor, params: { id } }) => {
      await contactMerges.dismiss(actor, id)
      return {}
    },
  )
}

// Contacts and the messages exchanged with them.

import {
  ContactListQuerySchema,
  ContactListSchema,
  ContactSchema,
  MessageListSchema,
  PageQuerySchema,
} from '#machines/contracts/api.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { idParams, replies } from '../plugins/validation.ts'

const tags = ['contacts']
const params = idParams('contact')

export function addContactRoutes(app: App, { runtime: { contacts } }: Deps): void {
  app.get(
    '/api/contacts',
    {
      schema: {
        tags,
        summary: 'Find contacts',
        querystring: ContactListQuerySchema,
        response: replies(ContactListSchema),
      },
    },
    async ({ actor, query }) => contacts.list(actor, query),
  )

  app.get(
    '/api/contacts/:id',
    { schema: { tags, summary: 'Read one contact', params, response: replies(ContactSchema) } },
    async ({ actor, params: { id } }) => contacts.get(actor, id),
  )

  app.get(
    '/api/contacts/:id/messages',
    {
      schema: {
        tags,
        summary: 'Messages to and from one contact, newest first',
        params,
        querystring: PageQuerySchema,
        response: replies(MessageListSchema),
      },
    },
    async ({ actor, params: { id }, query }) => contacts.messages(actor, id, query),
  )
}

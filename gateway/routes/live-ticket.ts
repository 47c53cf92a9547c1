// Tickets for the live socket: a browser cannot send headers with a WebSocket, and a session is never put in a URL.

import { LiveTicketSchema } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { replies } from '../plugins/validation.ts'

export function addLiveTicketRoute(app: App, { tokens }: Deps): void {
  app.post(
    '/api/live/ticket',
    {
      schema: {
        tags: ['live'],
        summary: 'A ticket for one socket',
        description: 'Good once, for 30 seconds, at `/live?ticket=…`.',
        response: replies(LiveTicketSchema),
      },
    },
    async ({ auth }) => {
      if (auth === null) throw new FluxoError('AUTH_REQUIRED')
      const { tenantId, userId } = auth.actor
      const issued = tokens.issueTicket({ tenant: tenantId, user: userId }, auth.expiresAt)
      return { ticket: issued.token, expiresAt: issued.expiresAt.toISOString() }
    },
  )
}

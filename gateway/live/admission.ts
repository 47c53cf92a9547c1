// Who may open a live socket: an own page or a program, with a ticket that was not used before.

import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Actor } from '../context.ts'
import type { Deps } from '../deps.ts'
import { isOwnOrigin } from '../plugins/origin.ts'
import { TICKET_SECONDS, type Tokens } from '../plugins/tokens.ts'

const QuerySchema = z.object({ ticket: z.string().min(1).max(4096) })

export interface Admitted {
  actor: Actor
  /** Of the person. */
  name: string
  /** Milliseconds since 1970 at which the session ends. */
  until: number
}

/** @returns the ticket's claims, or null when it is wrong, late or used before in this process */
export type TakeTicket = (ticket: string) => ReturnType<Tokens['readTicket']>

const USED_TICKETS = 100_000

export function createTicketTaker(tokens: Tokens): TakeTicket {
  const used = new LRUCache<string, true>({ max: USED_TICKETS, ttl: (TICKET_SECONDS + 1) * 1000 })
  return (ticket) => {
    const claims = tokens.readTicket(ticket)
    if (claims === null || used.has(claims.jti)) return null
    used.set(claims.jti, true)
    return claims
  }
}

export async function admit(
  request: FastifyRequest,
  { people, config }: Deps,
  takeTicket: TakeTicket,
): Promise<Admitted> {
  const { origin, host } = request.headers
  // A program sends no Origin, and no page can leave it out.
  if (origin !== undefined && !isOwnOrigin(origin, host, config.publicUrl)) {
    throw new FluxoError('AUTH_ORIGIN')
  }
  const query = QuerySchema.safeParse(request.query)
  const claims = query.success ? takeTicket(query.data.ticket) : null
  const known = claims && (await people.find({ tenant: claims.tenant, user: claims.user }))
  if (!claims || !known) {
    throw new FluxoError('AUTH_REQUIRED', { message: 'The ticket is missing, late or used' })
  }
  return { actor: known.actor, name: known.signedIn.user.name, until: claims.until * 1000 }
}

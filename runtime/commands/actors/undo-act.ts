// Taking back what a person did to one contact: looked up by the envelope that did it, possible while nothing has followed.

import type { ContactState } from '#actors/snapshot.ts'
import type { ActorAction } from '#machines/contracts/actor-actions.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { runMark } from '#machines/run/migrate.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor } from '../../face.ts'
import { type WayBack, wayBackOf } from '../../state-acts/way-back.ts'
import type { Place, StateReader } from '../debugger/state-at.ts'

export type Undo = Extract<ActorAction, { action: 'undo' }>

/** Where the deed stands in the journal. @throws {FluxoError} ACTION_NOT_POSSIBLE when it is no deed of a person, or not done yet */
export async function findDeed(
  records: Records,
  { tenantId }: Actor,
  { contactId, eventId }: { contactId: string; eventId: string },
): Promise<Place> {
  const [row]: { seq: string; envelope: Envelope }[] = await records.execute(
    `select seq, entry->'envelope' as envelope from journal
     where tenant_id = ? and contact_id = ? and event_id = ? and event_type = 'operator.acted'
     order by seq desc limit 1`,
    [tenantId, contactId, eventId],
  )
  if (!row || row.envelope.payload['action'] === 'undo') throw notPossible()
  return { tenantId, contactId, seq: Number(row.seq) }
}

/** @throws {FluxoError} ACTION_NOT_POSSIBLE when something has followed from it */
export async function requireWayBack(
  states: StateReader,
  place: Place,
  now: ContactState | null,
): Promise<WayBack> {
  const way = await wayBackOf(states, place)
  const run = now?.runs.find(({ id }) => id === way?.runId)
  if (!way || !run || runMark(run) !== way.expected) throw notPossible()
  return way
}

/** What the actor is told. */
export function undoPayload(
  { userId }: Actor,
  { eventId, reason }: Undo,
  way: WayBack,
): JsonObject {
  return { action: 'undo', eventId, reason, userId, ...(way as unknown as JsonObject) }
}

const notPossible = (): FluxoError =>
  new FluxoError('ACTION_NOT_POSSIBLE', { message: 'Something has followed from it already' })

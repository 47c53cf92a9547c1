// Taking back a move of many: each run as it was before, by its contact's own journal. Whoever was sent something by the
// move, or has moved on, stays where they are.

import type { Envelope } from '#machines/contracts/envelope.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { StateReader } from '../commands/debugger/state-at.ts'
import { type Queryable, run } from '../db/pool.ts'
import { type WayBack, wayBackOf } from './way-back.ts'

/** Contacts of one batch: the state of each is folded from its journal. */
export const RESTORED_AT_ONCE = 100

export interface MovedItem {
  run_id: string
  contact_id: string
  /** The envelope that moved it. */
  moved_by: string
}

/** @returns the way back of each run; null where there is none, which is noted */
export async function waysBack(
  db: Queryable,
  act: { id: string; tenantId: string },
  { items, states }: { items: readonly MovedItem[]; states: StateReader },
): Promise<Map<string, WayBack | null>> {
  const { id, tenantId } = act
  const rows = await run<{ event_id: string; seq: string }>(db, PLACES, [
    tenantId,
    items.map(({ contact_id: contact }) => contact),
    items.map(({ moved_by: event }) => event),
  ])
  const places = new Map(rows.map(({ event_id: event, seq }) => [event, Number(seq)]))
  const ways = new Map<string, WayBack | null>()
  for (const { run_id: runId, contact_id: contactId, moved_by: event } of items) {
    const seq = places.get(event)
    const way = seq === undefined ? null : await wayBackOf(states, { tenantId, contactId, seq })
    ways.set(runId, way?.runId === runId ? way : null)
  }
  const left = [...ways].flatMap(([runId, way]) => (way === null ? [runId] : []))
  if (left.length > 0) await run(db, LEAVE, [tenantId, id, left])
  return ways
}

export function restorePayload(
  { reason, userId }: { reason: string; userId: string },
  movedBy: string,
  way: WayBack,
): Envelope['payload'] {
  return { action: 'undo', reason, userId, eventId: movedBy, ...(way as unknown as JsonObject) }
}

const PLACES = {
  name: 'places_of_acts',
  text: `select j.event_id, j.seq from unnest($2::text[], $3::text[]) as item(contact_id, event_id)
    join journal j on j.tenant_id = $1 and j.contact_id = item.contact_id and j.event_id = item.event_id`,
}

const LEAVE = {
  name: 'leave_act_items',
  text: `update state_act_items set status = 'refused', code = 'moved_on', settled_at = clock_timestamp()
    where tenant_id = $1 and act_id = $2 and run_id = any($3::text[])`,
}

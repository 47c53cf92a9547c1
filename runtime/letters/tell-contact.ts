// An event that a link of a letter makes: in the tenant's log and in the contact's mailbox, once per key (I2).

import type { PoolClient } from 'pg'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import { shardOf } from '../shard/shard-of.ts'

export interface Told {
  tenantId: string
  contactId: string
  type: string
  source: string
  /** ISO 8601. */
  at: string
  payload: Envelope['payload']
}

/**
 * Part of the caller's transaction.
 * @param key left out: it is told every time
 * @returns the event's id, or null when it was told before
 */
export async function tellContact(
  db: PoolClient,
  told: Told,
  key?: string,
): Promise<string | null> {
  const { tenantId, contactId, type, source, at, payload } = told
  const eventId = createId('event')
  if (key !== undefined) {
    const claimed = await run(db, CLAIM, [tenantId, key, eventId])
    if (claimed.length === 0) return null
  }
  await run(db, EVENT, [tenantId, eventId, type, source, contactId, JSON.stringify(payload), at])
  const envelope: Envelope = {
    event_id: eventId,
    tenant_id: tenantId,
    contact_id: contactId,
    type,
    source,
    occurred_at: at,
    correlation_id: eventId,
    payload,
  }
  await enqueueEnvelopes(db, [{ envelope, shard: shardOf(tenantId, contactId) }])
  return eventId
}

const CLAIM = {
  name: 'claim_link_key',
  text: `insert into accepted_keys (tenant_id, key, event_id) values ($1, $2, $3)
    on conflict do nothing returning key`,
}

const EVENT = {
  name: 'store_link_event',
  text: `insert into events (tenant_id, id, type, source, contact_id, payload_json, correlation_id, occurred_at)
    values ($1, $2, $3, $4, $5, $6::jsonb, $2, $7::timestamptz)`,
}

// The rows of two contacts while they become one or are parted: locked in order, as what they know of the person.

import type { Consents, ContactFacts } from '#machines/contracts/contact.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { factsWith } from '../mailbox/contact-facts.ts'

export interface Person {
  id: string
  shard: number
  name: string | null
  phone: string | null
  email: string | null
  externalId: string | null
  tags: string[]
  fields: JsonObject
  consents: Consents
  lastChannel: string | null
  mergedInto: string | null
}

/** A contact as it was, for the way back. */
export type Kept = Omit<Person, 'id' | 'shard' | 'mergedInto'>

/** Both as they were before they became one. */
export interface Before {
  source: Kept & { identities: { kind: string; value: string }[] }
  target: Kept
}

export const ADDRESSES = ['phone', 'email', 'externalId'] as const
export type Addresses = Pick<Person, (typeof ADDRESSES)[number]>

/** Locks the contacts in order, so that two who merge the same people do not wait in a circle. */
export async function lockPeople(
  db: Queryable,
  tenantId: string,
  ids: string[],
): Promise<Map<string, Person>> {
  const rows = await run<Person>(db, LOCK, [tenantId, ids])
  return new Map(rows.map((row) => [row.id, row]))
}

export function keptOf({ id: _id, shard: _shard, mergedInto: _into, ...kept }: Person): Kept {
  return kept
}

export function factsOf({ name, phone, email, tags, fields, consents }: Kept): ContactFacts {
  return factsWith({ name, phone, email, tags, fields }, consents)
}

/** Whether their mail stands still, and how much they are in bytes of JSON. */
export async function readStanding(
  db: Queryable,
  tenantId: string,
  ids: string[],
): Promise<{ isUnderWay: boolean; isBlocked: boolean; bytes: number }> {
  const [row] = await run<{ under_way: boolean; blocked: boolean; bytes: number }>(db, STANDING, [
    tenantId,
    ids,
  ])
  return {
    isUnderWay: row?.under_way ?? false,
    isBlocked: row?.blocked ?? false,
    bytes: row?.bytes ?? 0,
  }
}

/** An envelope about the merge itself. */
export function mergeEnvelope(
  tenantId: string,
  contactId: string,
  {
    type,
    correlationId,
    ...told
  }: Pick<Envelope, 'type'> & {
    correlationId?: string
    payload?: object
    contact?: ContactFacts
  },
): Envelope {
  const eventId = createId('event')
  const { contact, payload = {} } = told
  return {
    event_id: eventId,
    tenant_id: tenantId,
    contact_id: contactId,
    type,
    source: 'merge',
    occurred_at: new Date().toISOString(),
    correlation_id: correlationId ?? eventId,
    payload: payload as JsonObject,
    ...(contact && { contact }),
  }
}

/** Keeps the place of an envelope whose payload the other actor is still to give: what comes later waits behind it (I3). */
export async function awaitEnvelope(
  db: Queryable,
  envelope: Envelope,
  shard: number,
): Promise<void> {
  const { tenant_id: tenantId, contact_id: contactId } = envelope
  await run(db, AWAIT, [tenantId, contactId, shard, JSON.stringify(envelope)])
}

const LOCK = {
  name: 'lock_people',
  text: `select id, shard, name, phone_e164 as phone, email, external_id as "externalId", tags, fields_json as fields,
      consents_json as consents, last_channel as "lastChannel", merged_into as "mergedInto"
    from contacts where tenant_id = $1 and id = any($2::text[]) order by id for no key update`,
}

const STANDING = {
  name: 'read_merge_standing',
  text: `select
      exists (select 1 from contact_merges where tenant_id = $1 and status in ('merging', 'undoing')
        and (source_id = any($2::text[]) or target_id = any($2::text[]))) as under_way,
      exists (select 1 from mailbox where tenant_id = $1 and contact_id = any($2::text[]) and parked_at is not null)
        as blocked,
      (select coalesce(sum(octet_length(state::text)), 0)::int from actor_snapshots
        where tenant_id = $1 and contact_id = any($2::text[])) as bytes`,
}

const AWAIT = {
  name: 'await_envelope',
  text: `insert into mailbox (tenant_id, contact_id, shard, envelope, attempts, retry_at)
    values ($1, $2, $3, $4::json, 1, 'infinity')`,
}

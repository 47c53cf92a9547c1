// Station 4: a batch of waiting envelopes of all owned shards, with the snapshots of their contacts in one query.
// Rows are consumed by deleting them, never by a cursor: an id that commits late is simply still there (F29).

import type { Envelope } from '#machines/contracts/envelope.ts'
import { type Queryable, run } from '../db/pool.ts'

export interface ClaimedEnvelope {
  id: number
  shard: number
  attempts: number
  envelope: Envelope
}

export interface ContactWork {
  tenantId: string
  contactId: string
  shard: number
  /** The snapshot as stored; null when no envelope has reached the contact yet. */
  stored: unknown
  envelopes: ClaimedEnvelope[]
}

export interface Batch {
  /** ISO 8601 instant by the database clock; every Step of the batch happens then. */
  now: string
  contacts: ContactWork[]
}

interface MailboxRow {
  id: number
  tenant_id: string
  contact_id: string
  shard: number
  attempts: number
  envelope: Envelope
  now: Date
}

/** Reads up to `limit` waiting envelopes of the shards, oldest first, grouped by contact. */
export async function claimBatch(
  db: Queryable,
  shards: readonly number[],
  limit: number,
): Promise<Batch | null> {
  const rows = await run<MailboxRow>(db, CLAIM, [shards, limit])
  const first = rows[0]
  if (!first) return null
  const contacts = groupByContact(rows)
  await loadStates(db, contacts)
  return { now: first.now.toISOString(), contacts }
}

function groupByContact(rows: MailboxRow[]): ContactWork[] {
  const contacts = new Map<string, ContactWork>()
  for (const row of rows) {
    const key = `${row.tenant_id} ${row.contact_id}`
    const work = contacts.get(key) ?? {
      tenantId: row.tenant_id,
      contactId: row.contact_id,
      shard: row.shard,
      stored: null,
      envelopes: [],
    }
    work.envelopes.push({
      id: row.id,
      shard: row.shard,
      attempts: row.attempts,
      envelope: row.envelope,
    })
    contacts.set(key, work)
  }
  return [...contacts.values()]
}

async function loadStates(db: Queryable, contacts: ContactWork[]): Promise<void> {
  const rows = await run<{ tenant_id: string; contact_id: string; state: unknown }>(db, LOAD, [
    contacts.map((work) => work.tenantId),
    contacts.map((work) => work.contactId),
  ])
  const states = new Map(rows.map((row) => [`${row.tenant_id} ${row.contact_id}`, row.state]))
  for (const work of contacts) {
    work.stored = states.get(`${work.tenantId} ${work.contactId}`) ?? null
  }
}

/** A contact with a parked or resting envelope keeps its later ones waiting, so its order holds (I3). */
const CLAIM = {
  name: 'claim_batch',
  text: `select m.id, m.tenant_id, m.contact_id, m.shard, m.attempts, m.envelope, clock_timestamp() as now
    from mailbox m
    where m.shard = any($1::smallint[])
      and not exists (
        select 1 from mailbox held
        where held.shard = m.shard and held.tenant_id = m.tenant_id and held.contact_id = m.contact_id
          and held.attempts > 0 and held.id <= m.id
          and (held.parked_at is not null or held.retry_at > clock_timestamp()))
    order by m.id
    limit $2`,
}

const LOAD = {
  name: 'load_snapshots',
  text: `select s.tenant_id, s.contact_id, s.state from actor_snapshots s
    join unnest($1::text[], $2::text[]) as item(tenant_id, contact_id) using (tenant_id, contact_id)`,
}

// Station 4: a batch of waiting envelopes of all owned shards, with the snapshots of their contacts: those that were
// here a moment ago from memory, the others in one query.
// Rows are consumed by deleting them, never by a cursor: an id that commits late is simply still there (F29).

import type { Envelope } from '#machines/contracts/envelope.ts'
import { type Queryable, run, type Statement } from '../db/pool.ts'
import type { BatchSize } from './batch-size.ts'
import type { Leases } from './lease.ts'
import type { StateCache } from './state-cache.ts'

export interface ClaimedEnvelope {
  id: number
  shard: number
  attempts: number
  envelope: Envelope
  /** The envelope as it lay in the mailbox, for the journal; let go of once that is written. */
  text: string
}

export interface ContactWork {
  tenantId: string
  contactId: string
  shard: number
  /** The snapshot as stored, or the state that it was written from; null when no envelope has reached the contact yet. */
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
  envelope: string
  now: Date
}

interface ClaimContext {
  /** The shards whose envelopes are read, with their epochs. */
  leases: Leases
  states: StateCache
  size: BatchSize
}

/** Reads a batch of waiting envelopes of the shards, oldest first, grouped by contact. */
export async function claimBatch(
  db: Queryable,
  { leases, states, size }: ClaimContext,
): Promise<Batch | null> {
  const rows = await run<MailboxRow>(db, CLAIM, [[...leases.keys()], size.next()])
  size.note(rows.map(({ envelope }) => envelope.length))
  const first = rows[0]
  if (!first) return null
  const contacts = groupByContact(rows)
  for (const work of contacts) work.stored = states.take(work, leases.get(work.shard) ?? -1)
  const missing = contacts.filter(({ stored }) => stored === null)
  if (missing.length > 0) await loadStates(db, missing)
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
      envelope: JSON.parse(row.envelope) as Envelope,
      text: row.envelope,
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

/**
 * A contact with a parked or resting envelope keeps its later ones waiting, so its order holds (I3). No index of shards
 * serves this: read by it, the whole backlog would be sorted for every batch.
 */
const CLAIM: Statement = {
  name: 'claim_batch',
  isPlannedAnew: true,
  text: `select m.id, m.tenant_id, m.contact_id, m.shard, m.attempts, m.envelope::text, clock_timestamp() as now
    from mailbox m
    where m.shard + 0 = any($1::int[])
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

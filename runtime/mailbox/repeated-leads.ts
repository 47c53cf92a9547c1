// Leads that a person leaves twice: within the source's window the second one is recorded and tells nobody again.
// The window is a row that two gateways lock in turn, so that of two at the same instant one is first.

import type { LeadArrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import type { Incoming } from './incoming.ts'

export interface Repeat {
  item: Incoming
  /** The event of the lead that it repeats. */
  firstEventId: string
}

interface Windowed {
  item: Incoming<LeadArrival>
  key: string
  seconds: number
}

/** The arrivals that are to be told of, and those that repeat a lead; the latter are recorded here. */
export async function setRepeatsAside(
  db: Queryable,
  incoming: Incoming[],
): Promise<{ fresh: Incoming[]; repeats: Repeat[] }> {
  const windowed = incoming.flatMap(windowOf)
  if (windowed.length === 0) return { fresh: incoming, repeats: [] }
  const firsts = new Map<string, Windowed>()
  for (const one of windowed) if (!firsts.has(one.key)) firsts.set(one.key, one)
  const owners = await open(db, [...firsts.values()])
  const repeats = windowed.flatMap(({ item, key }): Repeat[] => {
    const owner = owners.get(key) ?? item.eventId
    return owner === item.eventId ? [] : [{ item, firstEventId: owner }]
  })
  const repeated = new Set<Incoming>(repeats.map(({ item }) => item))
  await record(db, repeats)
  return { fresh: incoming.filter((item) => !repeated.has(item)), repeats }
}

function windowOf(item: Incoming): Windowed[] {
  const { arrival, tenantId, contact } = item
  if (arrival.type !== 'lead' || !arrival.windowSeconds) return []
  const key = `${tenantId} ${arrival.sourceId} ${contact.id}`
  return [{ item: item as Incoming<LeadArrival>, key, seconds: arrival.windowSeconds }]
}

/** The event that each window belongs to now. */
async function open(db: Queryable, firsts: Windowed[]): Promise<Map<string, string>> {
  const columns = [
    firsts.map(({ item }) => item.tenantId),
    firsts.map(({ item }) => item.arrival.sourceId),
    firsts.map(({ item }) => item.contact.id),
  ]
  await run(db, OPEN, [
    ...columns,
    firsts.map(({ item }) => item.eventId),
    firsts.map(({ seconds }) => seconds),
  ])
  const rows = await run<WindowRow>(db, OWNERS, columns)
  return new Map(
    rows.map((row) => [`${row.tenant_id} ${row.source_id} ${row.contact_id}`, row.event_id]),
  )
}

interface WindowRow {
  tenant_id: string
  source_id: string
  contact_id: string
  event_id: string
}

async function record(db: Queryable, repeats: Repeat[]): Promise<void> {
  if (repeats.length === 0) return
  const leads = repeats.map(({ item }) => item.arrival as LeadArrival)
  await run(db, RECORD, [
    repeats.map(({ item }) => item.tenantId),
    repeats.map(() => createId('lead')),
    leads.map((lead) => lead.sourceId),
    repeats.map(({ item }) => item.contact.id),
    repeats.map(({ firstEventId }) => firstEventId),
    leads.map((lead) => lead.externalId),
    leads.map((lead) => JSON.stringify(lead.payload)),
    leads.map((lead) => lead.occurredAt),
  ])
}

/** Judged by the database's clock, sorted so that two gateways wait for each other in the same order. */
const OPEN = {
  name: 'open_lead_windows',
  text: `insert into lead_windows as w (tenant_id, source_id, contact_id, event_id, until)
    select tenant_id, source_id, contact_id, event_id, now() + make_interval(secs => seconds)
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
      as item(tenant_id, source_id, contact_id, event_id, seconds)
    order by tenant_id, source_id, contact_id
    on conflict (tenant_id, source_id, contact_id) do update
      set event_id = excluded.event_id, until = excluded.until where w.until <= now()`,
}

const OWNERS = {
  name: 'lead_window_owners',
  text: `select w.tenant_id, w.source_id, w.contact_id, w.event_id from lead_windows w
    join unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, source_id, contact_id)
      using (tenant_id, source_id, contact_id)`,
}

const RECORD = {
  name: 'record_repeated_leads',
  text: `insert into leads
      (tenant_id, id, source_id, contact_id, event_id, external_id, payload_json, captured_at, is_repeat)
    select tenant_id, id, source_id, contact_id, event_id, external_id, payload, at, true
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
      $8::timestamptz[])
      as item(tenant_id, id, source_id, contact_id, event_id, external_id, payload, at)`,
}

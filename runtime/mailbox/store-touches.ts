// What brought contacts here, first and last, and what they bought after it: written in the transaction that accepts
// the lead, the message or the purchase.

import type { Touch } from '#machines/contracts/attribution.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { touchOfMessage, worthOf } from '../connectors/touch.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { Incoming } from './incoming.ts'

interface Touched {
  tenantId: string
  contactId: string
  first: Touch
  firstAt: string
  last: Touch
  lastAt: string
  count: number
}

/** Keeps the touches of these arrivals, then the purchases with the touch that came last. */
export async function storeTouches(db: Queryable, incoming: Incoming[]): Promise<void> {
  const touched = new Map<string, Touched>()
  for (const item of incoming) {
    const touch = touchOf(item.arrival)
    if (touch) add(touched, item, touch)
  }
  if (touched.size > 0) await keep(db, [...touched.values()])
  const bought = incoming.filter(isPurchase)
  if (bought.length > 0) await convert(db, bought)
}

function touchOf(arrival: Arrival): Touch | null {
  if (arrival.type === 'lead') return arrival.touch ?? null
  return arrival.type === 'message' ? touchOfMessage(arrival.content) : null
}

/** One row per contact: a statement may touch it only once. */
function add(touched: Map<string, Touched>, item: Incoming, touch: Touch): void {
  const { tenantId, contact, arrival } = item
  const at = arrival.occurredAt
  const key = `${tenantId} ${contact.id}`
  const known = touched.get(key)
  if (!known) {
    const place = { tenantId, contactId: contact.id }
    touched.set(key, { ...place, first: touch, firstAt: at, last: touch, lastAt: at, count: 1 })
    return
  }
  known.count += 1
  if (at < known.firstAt) Object.assign(known, { first: touch, firstAt: at })
  if (at >= known.lastAt) Object.assign(known, { last: touch, lastAt: at })
}

async function keep(db: Queryable, touched: Touched[]): Promise<void> {
  await run(db, KEEP, [
    touched.map((one) => one.tenantId),
    touched.map((one) => one.contactId),
    touched.map((one) => JSON.stringify(one.first)),
    touched.map((one) => one.firstAt),
    touched.map((one) => JSON.stringify(one.last)),
    touched.map((one) => one.lastAt),
    touched.map((one) => one.count),
  ])
}

const isPurchase = ({ arrival }: Incoming): boolean =>
  arrival.type === 'event' && arrival.eventType === 'purchase.approved'

async function convert(db: Queryable, bought: Incoming[]): Promise<void> {
  const worths = bought.map(({ arrival }) =>
    worthOf(arrival.type === 'event' ? arrival.payload : {}),
  )
  await run(db, CONVERT, [
    bought.map((item) => item.tenantId),
    bought.map((item) => item.eventId),
    bought.map((item) => item.contact.id),
    bought.map(({ arrival }) => (arrival.type === 'event' ? arrival.eventType : '')),
    worths.map(({ cents }) => cents),
    worths.map(({ currency }) => currency),
    bought.map(({ arrival }) => arrival.occurredAt),
  ])
}

/** Locked in order, so that two gateways that hear of the same people wait for each other in the same order. */
const KEEP = {
  name: 'keep_touches',
  text: `insert into attributions as a
      (tenant_id, contact_id, first_json, first_at, last_json, last_at, touches)
    select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[], $5::jsonb[],
      $6::timestamptz[], $7::int[])
      as item(tenant_id, contact_id, first_json, first_at, last_json, last_at, touches)
    order by tenant_id, contact_id
    on conflict (tenant_id, contact_id) do update set touches = a.touches + excluded.touches,
      first_json = case when excluded.first_at < a.first_at then excluded.first_json else a.first_json end,
      first_at = least(excluded.first_at, a.first_at),
      last_json = case when excluded.last_at >= a.last_at then excluded.last_json else a.last_json end,
      last_at = greatest(excluded.last_at, a.last_at)`,
}

/** Whoever became the buyer brought touches along: they stay where they were, for the way back. */
const CONVERT = {
  name: 'store_conversions',
  text: `insert into conversions
      (tenant_id, event_id, contact_id, type, value_cents, currency, occurred_at, first_json, last_json)
    select i.tenant_id, i.event_id, i.contact_id, i.type, i.value_cents, i.currency, i.at,
      a.first_json, a.last_json
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
      $7::timestamptz[]) as i(tenant_id, event_id, contact_id, type, value_cents, currency, at)
    left join lateral (
      select (array_agg(t.first_json order by t.first_at))[1] as first_json,
        (array_agg(t.last_json order by t.last_at desc))[1] as last_json
      from contacts c join attributions t on t.tenant_id = c.tenant_id and t.contact_id = c.id
      where c.tenant_id = i.tenant_id and (c.id = i.contact_id or c.merged_into = i.contact_id)) a on true
    on conflict do nothing`,
}

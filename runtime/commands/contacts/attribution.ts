// Where a contact came from, first and last, and what it bought since.

import type { Pool } from 'pg'
import type { Attribution, Touch } from '#machines/contracts/attribution.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face.ts'
import type { LeadsFace } from '../../face/leads.ts'

/** Creates the command. */
export function createAttribution(pool: Pool): LeadsFace['attribution'] {
  return {
    get: (actor, contactId) =>
      inTenantTransaction(pool, actor.tenantId, (db) => read(db, actor, contactId)),
  }
}

interface TouchRow {
  first: Touch | null
  first_at: Date | null
  last: Touch | null
  last_at: Date | null
  touches: number | null
}

interface ConversionRow {
  event_id: string
  type: string
  cents: number | null
  currency: string | null
  occurred_at: Date
  touch: Touch | null
}

async function read(db: Queryable, { tenantId }: Actor, contactId: string): Promise<Attribution> {
  const [row] = await run<TouchRow>(db, TOUCHES, [tenantId, contactId])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  const conversions = await run<ConversionRow>(db, CONVERSIONS, [tenantId, contactId])
  const sums = await run<{ currency: string | null; cents: number }>(db, REVENUE, [
    tenantId,
    contactId,
  ])
  return {
    first: touched(row.first, row.first_at),
    last: touched(row.last, row.last_at),
    touches: row.touches ?? 0,
    conversions: conversions.map((one) => ({
      eventId: one.event_id,
      type: one.type,
      valueCents: one.cents,
      currency: one.currency,
      at: one.occurred_at.toISOString(),
      touch: one.touch,
    })),
    revenue: sums.map(({ currency, cents }) => ({ currency, cents })),
  }
}

const touched = (touch: Touch | null, at: Date | null): Attribution['first'] =>
  touch && at && { ...touch, at: at.toISOString() }

/** The contact that is there now and everybody who became it; touches and purchases stay with whom they came to. */
const PEOPLE = `people as (
    select c.id from contacts c
    join (select coalesce(merged_into, id) as id from contacts where tenant_id = $1 and id = $2) now
      on c.id = now.id or c.merged_into = now.id
    where c.tenant_id = $1)`

const TOUCHES = {
  name: 'read_attribution',
  text: `with ${PEOPLE}
    select (array_agg(a.first_json order by a.first_at))[1] as first, min(a.first_at) as first_at,
      (array_agg(a.last_json order by a.last_at desc))[1] as last, max(a.last_at) as last_at,
      sum(a.touches)::int as touches
    from people p left join attributions a on a.tenant_id = $1 and a.contact_id = p.id having count(*) > 0`,
}

const CONVERSIONS = {
  name: 'read_conversions',
  text: `with ${PEOPLE}
    select event_id, type, value_cents as cents, currency, occurred_at, last_json as touch from conversions
    where tenant_id = $1 and contact_id in (select id from people) order by occurred_at desc limit 50`,
}

const REVENUE = {
  name: 'read_revenue',
  text: `with ${PEOPLE}
    select currency, sum(value_cents)::bigint as cents from conversions
    where tenant_id = $1 and contact_id in (select id from people) and value_cents is not null
    group by currency order by 2 desc`,
}

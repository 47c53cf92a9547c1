// Leads that Meta told of, as rows until they are read: nothing that was answered 2xx is lost, whoever dies (I1).

import type { JsonObject } from '#machines/contracts/json.ts'
import type { LeadMapping } from '#machines/contracts/sources.ts'
import { type Queryable, run } from '../db/pool.ts'

/** A fetch that did not come back within this time is tried by somebody else, in seconds. */
const LEASE_SECONDS = 60

export interface NewFetch {
  tenantId: string
  channelId: string
  leadgenId: string
  formId: string | null
  told: JsonObject
  /** The lead itself, where it was read already. */
  lead: JsonObject | null
  foundBy: 'webhook' | 'reconcile'
}

/** Remembers the leads; those that are known stay as they are. @returns how many are new */
export async function addFetches(db: Queryable, fetches: readonly NewFetch[]): Promise<number> {
  if (fetches.length === 0) return 0
  const rows = await run(db, ADD, [
    fetches.map((one) => one.tenantId),
    fetches.map((one) => one.channelId),
    fetches.map((one) => one.leadgenId),
    fetches.map((one) => one.formId),
    fetches.map((one) => JSON.stringify(one.told)),
    fetches.map((one) => (one.lead ? JSON.stringify(one.lead) : null)),
    fetches.map((one) => one.foundBy),
  ])
  return rows.length
}

export interface DueFetch {
  tenant_id: string
  leadgen_id: string
  channel_id: string
  lead: JsonObject | null
  attempts: number
  address: string
  ciphertext: Buffer
}

/** Takes what is due, for a minute. */
export const claimFetches = (db: Queryable, limit: number): Promise<DueFetch[]> =>
  run<DueFetch>(db, CLAIM, [limit, LEASE_SECONDS])

type Key = Pick<DueFetch, 'tenant_id' | 'leadgen_id'>

export const settleFetch = (
  db: Queryable,
  { tenant_id: tenantId, leadgen_id: leadgenId }: Key,
  settled: {
    status: 'done' | 'failed'
    error: string | null
    eventId?: string | null
    contactId?: string | null
  },
): Promise<unknown> =>
  run(db, SETTLE, [
    tenantId,
    leadgenId,
    settled.status,
    settled.error,
    settled.eventId ?? null,
    settled.contactId ?? null,
  ])

/** @param wait seconds */
export const postponeFetch = (
  db: Queryable,
  { tenant_id: tenantId, leadgen_id: leadgenId }: Key,
  { wait, error }: { wait: number; error: string },
): Promise<unknown> => run(db, POSTPONE, [tenantId, leadgenId, wait, error])

/** Everything of a channel waits until somebody renewed its token; it counts as no attempt. */
export const restChannel = (
  db: Queryable,
  { tenant_id: tenantId, channel_id: channelId }: Pick<DueFetch, 'tenant_id' | 'channel_id'>,
  { wait, error }: { wait: number; error: string },
): Promise<unknown> => run(db, REST, [tenantId, channelId, wait, error])

/** Everything that waits or failed is tried at once. */
export const wakeFetches = (db: Queryable, tenantId: string, channelId: string): Promise<unknown> =>
  run(db, WAKE, [tenantId, channelId])

export interface LeadgenSource {
  id: string
  mapping: LeadMapping | null
  window_seconds: number
}

/** The source that a page's leads are kept under; made with the first one. */
export async function ensureSource(
  db: Queryable,
  { tenant_id: tenantId, channel_id: channelId }: Pick<DueFetch, 'tenant_id' | 'channel_id'>,
): Promise<LeadgenSource> {
  const id = channelId.replace(/^chn_/, 'src_')
  const [known] = await run<LeadgenSource>(db, SOURCE, [tenantId, id])
  if (known) return known
  await run(db, ADD_SOURCE, [tenantId, id, channelId])
  return { id, mapping: null, window_seconds: 0 }
}

const ADD = {
  name: 'add_leadgen_fetches',
  text: `insert into leadgen_fetches
      (tenant_id, channel_id, leadgen_id, form_id, told_json, lead_json, found_by)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::text[])
      as item(tenant_id, channel_id, leadgen_id, form_id, told, lead, found_by)
    order by tenant_id, leadgen_id
    on conflict do nothing returning leadgen_id`,
}

const CLAIM = {
  name: 'claim_leadgen_fetches',
  text: `with due as (
      select tenant_id, leadgen_id from leadgen_fetches where status = 'waiting' and next_at <= now()
      order by next_at limit $1 for update skip locked)
    update leadgen_fetches f set attempts = f.attempts + 1, next_at = now() + make_interval(secs => $2::int)
    from due join channels c on c.tenant_id = due.tenant_id
      join secrets k on k.tenant_id = c.tenant_id and k.id = c.secret_id
    where f.tenant_id = due.tenant_id and f.leadgen_id = due.leadgen_id and c.id = f.channel_id
    returning f.tenant_id, f.leadgen_id, f.channel_id, f.lead_json as lead, f.attempts, c.address, k.ciphertext`,
}

const SETTLE = {
  name: 'settle_leadgen_fetch',
  text: `update leadgen_fetches set status = $3, last_error = $4, event_id = $5, contact_id = $6,
      settled_at = now(), lead_json = null
    where tenant_id = $1 and leadgen_id = $2`,
}

const POSTPONE = {
  name: 'postpone_leadgen_fetch',
  text: `update leadgen_fetches set next_at = now() + make_interval(secs => $3::int), last_error = $4
    where tenant_id = $1 and leadgen_id = $2`,
}

const REST = {
  name: 'rest_leadgen_channel',
  text: `update leadgen_fetches set next_at = now() + make_interval(secs => $3::int), last_error = $4,
      attempts = greatest(attempts - 1, 0)
    where tenant_id = $1 and channel_id = $2 and status = 'waiting'`,
}

const WAKE = {
  name: 'wake_leadgen_fetches',
  text: `update leadgen_fetches set next_at = now(), status = 'waiting', attempts = 0
    where tenant_id = $1 and channel_id = $2 and status <> 'done'`,
}

const SOURCE = {
  name: 'leadgen_source',
  text: `select id, mapping_json as mapping, window_seconds from lead_sources
    where tenant_id = $1 and id = $2`,
}

const ADD_SOURCE = {
  name: 'add_leadgen_source',
  text: `insert into lead_sources (tenant_id, id, type, name)
    select c.tenant_id, $2, 'meta_leads', c.display_address from channels c
    where c.tenant_id = $1 and c.id = $3
    on conflict do nothing`,
}

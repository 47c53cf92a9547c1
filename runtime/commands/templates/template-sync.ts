// Templates as Meta has them into the tenant's list, one page of one account at a time; what Meta has no more is marked
// when an account's last page is read.

import type { Pool } from 'pg'
import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import { TEMPLATE_QUALITIES, type TemplateSync } from '#machines/contracts/whatsapp-template.ts'
import type {
  MetaTemplate,
  TemplateAccount,
  TemplateApi,
} from '../../connectors/whatsapp/template-api.ts'
import { fromMetaComponents } from '../../connectors/whatsapp/template-components.ts'
import { statusOf } from '../../connectors/whatsapp/template-status.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import { createId } from '../../ids.ts'
import { refusalOf } from './template-refusal.ts'
import { keptOf } from './template-rows.ts'

const PlaceSchema = z.strictObject({
  account: z.int().min(0),
  after: z.string().nullable(),
  /** When the whole sync began: what was not met since is gone. */
  since: z.iso.datetime(),
})
type Place = z.infer<typeof PlaceSchema>

export interface SyncOptions {
  pool: Pool
  api: TemplateApi
  tenantId: string
  accounts: readonly TemplateAccount[]
}

/** @throws {FluxoError} REQUEST_INVALID, TEMPLATE_REFUSED, PROVIDER_UNREACHABLE */
export async function syncPage(
  { pool, api, tenantId, accounts }: SyncOptions,
  next: string | null,
): Promise<TemplateSync> {
  const place = next === null ? await beginning(pool) : readPlace(next)
  const account = accounts[place.account]
  if (!account) throw notAPlace()
  const page = await api.list(account, place.after)
  if (!page.ok) throw refusalOf(page)
  const { templates, after } = page.value
  const stored = await inTenantTransaction(pool, tenantId, async (db) => {
    const { added, changed } = await store(db, { tenantId, account, templates })
    const gone = after === null ? await markGone(db, { tenantId, account, since: place.since }) : 0
    return { found: templates.length, added, changed, gone }
  })
  return { ...stored, next: followOf(place, after, accounts.length) }
}

function followOf(place: Place, after: string | null, count: number): string | null {
  if (after !== null) return writePlace({ ...place, after })
  const account = place.account + 1
  return account < count ? writePlace({ ...place, account, after: null }) : null
}

async function beginning(pool: Pool): Promise<Place> {
  const [row] = await run<{ now: Date }>(pool, NOW)
  return { account: 0, after: null, since: (row?.now ?? new Date()).toISOString() }
}

function writePlace(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function readPlace(next: string): Place {
  try {
    return PlaceSchema.parse(JSON.parse(Buffer.from(next, 'base64url').toString('utf8')))
  } catch {
    throw notAPlace()
  }
}

function notAPlace(): FluxoError {
  return new FluxoError('REQUEST_INVALID', { field: 'next', message: 'The place is not valid' })
}

async function store(
  db: Queryable,
  {
    tenantId,
    account,
    templates,
  }: { tenantId: string; account: TemplateAccount; templates: readonly MetaTemplate[] },
): Promise<{ added: number; changed: number }> {
  const known = [...new Map(templates.map((one) => [`${one.name} ${one.language}`, one])).values()]
  const rows = known.map(rowOf)
  const results = await run<{ is_new: boolean; is_changed: boolean }>(db, UPSERT, [
    tenantId,
    account.wabaId,
    rows.map(() => createId('template')),
    known.map(({ name }) => name),
    known.map(({ language }) => language),
    rows.map(({ body }) => body),
    rows.map(({ variables }) => variables),
    rows.map(({ meta }) => meta),
    rows.map(({ status }) => status),
    known.map(({ id }) => id),
    known.map(({ category }) => category?.toUpperCase() ?? null),
    rows.map(({ quality }) => quality),
    rows.map(({ reason }) => reason),
  ])
  return {
    added: results.filter((row) => row.is_new).length,
    changed: results.filter((row) => !row.is_new && row.is_changed).length,
  }
}

function rowOf({ components, status, rejected_reason, quality_score }: MetaTemplate) {
  const { content, otherParts } = fromMetaComponents(components)
  const score = quality_score?.score?.toUpperCase()
  const reason = rejected_reason?.toUpperCase() ?? 'NONE'
  return {
    ...keptOf(content, otherParts),
    // A word that is not documented is taken for one that Meta still judges.
    status: statusOf(status) ?? 'PENDING',
    quality: TEMPLATE_QUALITIES.find((quality) => quality === score) ?? 'UNKNOWN',
    reason: reason === 'NONE' ? null : reason,
  }
}

async function markGone(
  db: Queryable,
  { tenantId, account, since }: { tenantId: string; account: TemplateAccount; since: string },
): Promise<number> {
  return (await run(db, GONE, [tenantId, account.wabaId, since])).length
}

const NOW = { name: 'sync_begins', text: 'select clock_timestamp() as now' }

/**
 * Sorted, so that two syncs wait for each other in the same order. A pause that runs keeps its end. Webhooks tell
 * their time in whole seconds.
 */
const UPSERT = {
  name: 'sync_templates',
  text: `with item as (
      select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[], $9::text[],
        $10::text[], $11::text[], $12::text[], $13::text[])
        as item(id, name, language, body, variables, meta, status, provider_id, category, quality, reason)
      order by name, language),
    before as (
      select t.name, t.language, t.approved_status, t.meta_json, t.category, t.quality
      from templates t join item using (name, language) where t.tenant_id = $1 and t.kind = 'whatsapp'),
    written as (
      insert into templates as t (tenant_id, id, kind, name, language, body, variables_json, meta_json,
        approved_status, provider_id, account_id, category, quality, reason, synced_at, status_at)
      select $1, id, 'whatsapp', name, language, body, variables, meta, status, provider_id, $2, category, quality,
        reason, clock_timestamp(), date_trunc('second', clock_timestamp()) from item
      on conflict (tenant_id, kind, name, language) do update set body = excluded.body,
        variables_json = excluded.variables_json, meta_json = excluded.meta_json,
        approved_status = excluded.approved_status, provider_id = excluded.provider_id,
        account_id = excluded.account_id, category = coalesce(excluded.category, t.category),
        quality = excluded.quality, reason = excluded.reason, synced_at = excluded.synced_at,
        status_at = excluded.status_at, updated_at = now(),
        paused_until = case when excluded.approved_status = 'PAUSED' then t.paused_until end,
        category_change = case when t.category_change->>'to' = excluded.category then null else t.category_change end
      returning t.name, t.language, t.approved_status, t.meta_json, t.category, t.quality)
    select b.name is null as is_new,
      (b.approved_status, b.meta_json, b.category, b.quality) is distinct from
        (w.approved_status, w.meta_json, w.category, w.quality) as is_changed
    from written w left join before b using (name, language)`,
}

const GONE = {
  name: 'templates_gone',
  text: `update templates set approved_status = 'DELETED', reason = null, status_at = now(), updated_at = now()
    where tenant_id = $1 and kind = 'whatsapp' and account_id = $2 and approved_status <> 'DELETED'
      and coalesce(synced_at, '-infinity') < $3::timestamptz
      and coalesce(submitted_at, '-infinity') < $3::timestamptz
    returning id`,
}

// Every night each page is read whole: leads that no webhook told of are found, tokens and subscriptions are looked at.

import type { Pool } from 'pg'
import type { JsonObject } from '#machines/contracts/json.ts'
import { pageAccessOf } from '../connectors/meta-leads/connector.ts'
import {
  GraphFailure,
  LEAD_FIELDS,
  type MetaGraph,
  type PageAccess,
  walkGraph,
} from '../connectors/meta-leads/graph.ts'
import { run } from '../db/pool.ts'
import type { SecretBox } from '../db/secret-box.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { askHealth, keepHealth } from './leadgen-health.ts'
import { addFetches } from './leadgen-store.ts'

export interface ReconcileOptions {
  pool: Pool
  secretBox: SecretBox
  graph: MetaGraph
  logger: Logger
  /** Told when leads were found. */
  onFound: () => void
}

const POLL_MS = 10_000
/** A reading that did not come back within this time is done by somebody else, in seconds. */
const LEASE_SECONDS = 900
const AFTER_FAILURE_SECONDS = 1_800
const BATCH = 200

/** Creates the loop. */
export function createReconcileLoop(options: ReconcileOptions): Loop {
  const { logger } = options
  return createLoop({
    name: 'lead pages',
    pollMs: POLL_MS,
    logger,
    turn: () => readDuePage(options),
  })
}

interface DuePage {
  tenant_id: string
  channel_id: string
  since: Date
  address: string
  ciphertext: Buffer
}

/** Reads one page that is due. @returns whether there was one */
export async function readDuePage(options: ReconcileOptions): Promise<boolean> {
  const { pool, logger, secretBox, graph } = options
  await run(pool, ENSURE)
  const [page] = await run<DuePage>(pool, CLAIM, [LEASE_SECONDS])
  if (!page) return false
  const secrets = secretBox.open(page.tenant_id, page.ciphertext)
  const access = pageAccessOf({ address: page.address, secrets })
  const startedAt = new Date()
  const place = { tenantId: page.tenant_id, channelId: page.channel_id }
  try {
    const health = await askHealth(graph, access)
    await keepHealth(pool, place, { health, logger })
    const found = await readLeads(page, access, options)
    await run(pool, DONE, [page.tenant_id, page.channel_id, startedAt, found])
    if (found > 0) options.onFound()
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error
    await run(pool, FAILED, [page.tenant_id, page.channel_id, AFTER_FAILURE_SECONDS, error.message])
  }
  return true
}

/** @returns how many no webhook had told of */
async function readLeads(
  page: DuePage,
  access: PageAccess,
  { graph, pool }: ReconcileOptions,
): Promise<number> {
  // Meta's lists lag behind its webhooks; a day more costs little.
  const since = Math.floor(page.since.getTime() / 1000) - 86_400
  const filter = { field: 'time_created', operator: 'GREATER_THAN', value: since }
  const query = { fields: LEAD_FIELDS, filtering: JSON.stringify([filter]) }
  let found = 0
  let batch: JsonObject[] = []
  const flush = async (): Promise<void> => {
    found += await addFetches(
      pool,
      batch.flatMap((lead) => fetchOf(page, lead)),
    )
    batch = []
  }
  const forms = { path: `/${access.pageId}/leadgen_forms`, query: { fields: 'id' } }
  for await (const { id } of walkGraph(graph, access, forms)) {
    if (typeof id !== 'string' || !/^\d+$/.test(id)) continue
    for await (const lead of walkGraph(graph, access, { path: `/${id}/leads`, query })) {
      batch.push({ form_id: id, ...lead })
      if (batch.length === BATCH) await flush()
    }
  }
  await flush()
  return found
}

function fetchOf({ tenant_id: tenantId, channel_id: channelId, since }: DuePage, lead: JsonObject) {
  const { id, form_id: formId, created_time: createdTime } = lead
  if (typeof id !== 'string' || !/^\d{1,40}$/.test(id)) return []
  const at = typeof createdTime === 'string' ? Date.parse(createdTime) : Number.NaN
  // What came before the page was connected is nobody's news.
  if (at < since.getTime() - 86_400_000) return []
  const form = typeof formId === 'string' ? formId : null
  const told: JsonObject = {}
  return [
    { tenantId, channelId, leadgenId: id, formId: form, told, lead, foundBy: 'reconcile' as const },
  ]
}

/** Each page's first reading begins where the page was connected. */
const ENSURE = {
  name: 'ensure_leadgen_pages',
  text: `insert into leadgen_pages (tenant_id, channel_id, since, next_at)
    select c.tenant_id, c.id, c.created_at + interval '1 day', now() from channels c
    where c.kind = 'meta_leads' and not exists (select 1 from leadgen_pages p
      where p.tenant_id = c.tenant_id and p.channel_id = c.id)
    on conflict do nothing`,
}

const CLAIM = {
  name: 'claim_leadgen_page',
  text: `with due as (
      select tenant_id, channel_id from leadgen_pages where next_at <= now()
      order by next_at limit 1 for update skip locked)
    update leadgen_pages p set next_at = now() + make_interval(secs => $1::int)
    from due join channels c on c.tenant_id = due.tenant_id and c.id = due.channel_id
      join secrets k on k.tenant_id = c.tenant_id and k.id = c.secret_id
    where p.tenant_id = due.tenant_id and p.channel_id = due.channel_id
    returning p.tenant_id, p.channel_id, p.since, c.address, k.ciphertext`,
}

/** At night in Brazil, and not all pages in the same minute. */
const DONE = {
  name: 'note_leadgen_page_read',
  text: `update leadgen_pages set since = greatest(since, $3::timestamptz), read_at = now(), found = found + $4,
      last_error = null,
      next_at = date_trunc('day', now(), 'UTC') + interval '1 day 5 hours' + random() * interval '2 hours'
    where tenant_id = $1 and channel_id = $2`,
}

const FAILED = {
  name: 'note_leadgen_page_failed',
  text: `update leadgen_pages set last_error = left($4, 500), next_at = now() + make_interval(secs => $3::int)
    where tenant_id = $1 and channel_id = $2`,
}

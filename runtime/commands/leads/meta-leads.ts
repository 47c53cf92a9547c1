// Pages of lead ads as people see them: token, subscription, what waits and what failed.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { LeadFetchList, LeadPage } from '#machines/contracts/meta-leads.ts'
import { pageAccessOf } from '../../connectors/meta-leads/connector.ts'
import {
  type MetaGraph,
  type PageAccess,
  subscribePage,
} from '../../connectors/meta-leads/graph.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face.ts'
import type { MetaLeadsFace } from '../../face/leads.ts'
import { askHealth, keepHealth, type PageHealth } from '../../leads/leadgen-health.ts'
import { wakeFetches } from '../../leads/leadgen-store.ts'
import type { Logger } from '../../log.ts'

export interface MetaLeadsOptions {
  pool: Pool
  secretBox: SecretBox
  graph: MetaGraph
  logger: Logger
}

interface PageRow {
  id: string
  address: string
  display_address: string
  health: Partial<PageHealth> & { checkedAt?: string }
  waiting: number
  failed: number
  done: number
  last_lead_at: Date | null
  read_at: Date | null
  found: number | null
  last_error: string | null
}

/** Creates the commands. */
export function createMetaLeadPages(options: MetaLeadsOptions): MetaLeadsFace {
  const { pool, graph } = options
  const within = <T>(actor: Actor, work: (db: Queryable) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, actor.tenantId, work)
  const read = (actor: Actor, id: string): Promise<LeadPage> =>
    within(actor, async (db) => {
      const [row] = await run<PageRow>(db, PAGES, [actor.tenantId, id])
      if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
      return pageItem(row)
    })
  /** Nobody waits for Meta inside a transaction. */
  const check = async (actor: Actor, channelId: string): Promise<LeadPage> => {
    const access = await openAccess(options, actor, channelId)
    const health = await askHealth(graph, access)
    await keep(options, { actor, channelId, health })
    return read(actor, channelId)
  }
  return {
    pages: (actor) =>
      within(actor, async (db) => ({
        items: (await run<PageRow>(db, PAGES, [actor.tenantId, null])).map(pageItem),
      })),
    fetches: (actor, id) => within(actor, (db) => listFetches(db, actor, id)),
    check,
    subscribe: async (actor, id) => {
      const answer = await subscribePage(graph, await openAccess(options, actor, id))
      if (!answer.ok) throw new FluxoError('ACTION_NOT_POSSIBLE', { message: answer.message })
      return check(actor, id)
    },
    reconcile: async (actor, id) => {
      await read(actor, id)
      await within(actor, async (db) => {
        await run(db, SOON, [actor.tenantId, id])
        await wakeFetches(db, actor.tenantId, id)
      })
      return read(actor, id)
    },
  }
}

async function openAccess(
  { pool, secretBox }: MetaLeadsOptions,
  { tenantId }: Actor,
  channelId: string,
): Promise<PageAccess> {
  const [row] = await inTenantTransaction(pool, tenantId, (db) =>
    run<{ address: string; ciphertext: Buffer }>(db, SECRET, [tenantId, channelId]),
  )
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return pageAccessOf({ address: row.address, secrets: secretBox.open(tenantId, row.ciphertext) })
}

interface Checked {
  actor: Actor
  channelId: string
  health: PageHealth
}

const keep = (
  { pool, logger }: MetaLeadsOptions,
  { actor: { tenantId }, channelId, health }: Checked,
): Promise<void> =>
  inTenantTransaction(pool, tenantId, (db) =>
    keepHealth(db, { tenantId, channelId }, { health, logger }),
  )

function pageItem({ health, ...row }: PageRow): LeadPage {
  return {
    channelId: row.id,
    pageId: row.address,
    name: row.display_address,
    token: health.token ?? 'unknown',
    tokenExpiresAt: health.tokenExpiresAt ?? null,
    isSubscribed: health.isSubscribed ?? null,
    problem: health.problem ?? row.last_error,
    checkedAt: health.checkedAt ?? null,
    waiting: row.waiting,
    failed: row.failed,
    done: row.done,
    lastLeadAt: row.last_lead_at?.toISOString() ?? null,
    readAt: row.read_at?.toISOString() ?? null,
    found: row.found ?? 0,
  }
}

interface FetchRow {
  leadgen_id: string
  form_id: string | null
  status: 'waiting' | 'done' | 'failed'
  found_by: 'webhook' | 'reconcile'
  attempts: number
  last_error: string | null
  contact_id: string | null
  created_at: Date
}

async function listFetches(db: Queryable, { tenantId }: Actor, id: string): Promise<LeadFetchList> {
  const rows = await run<FetchRow>(db, FETCHES, [tenantId, id])
  return {
    items: rows.map((row) => ({
      leadgenId: row.leadgen_id,
      formId: row.form_id,
      status: row.status,
      foundBy: row.found_by,
      attempts: row.attempts,
      error: row.last_error,
      contactId: row.contact_id,
      createdAt: row.created_at.toISOString(),
    })),
  }
}

const PAGES = {
  name: 'list_meta_pages',
  text: `select c.id, c.address, c.display_address, c.health_json as health, p.read_at, p.found, p.last_error,
      n.waiting, n.failed, n.done, n.last_lead_at
    from channels c
    left join leadgen_pages p on p.tenant_id = c.tenant_id and p.channel_id = c.id
    left join lateral (select count(*) filter (where f.status = 'waiting')::int as waiting,
        count(*) filter (where f.status = 'failed')::int as failed,
        count(*) filter (where f.status = 'done')::int as done, max(f.created_at) as last_lead_at
      from leadgen_fetches f where f.tenant_id = c.tenant_id and f.channel_id = c.id) n on true
    where c.tenant_id = $1 and c.kind = 'meta_leads' and ($2::text is null or c.id = $2)
    order by c.created_at desc, c.id`,
}

const FETCHES = {
  name: 'list_leadgen_fetches',
  text: `select leadgen_id, form_id, status, found_by, attempts, last_error, contact_id, created_at
    from leadgen_fetches where tenant_id = $1 and channel_id = $2
    order by (status = 'done'), created_at desc limit 50`,
}

const SECRET = {
  name: 'open_meta_page',
  text: `select c.address, k.ciphertext from channels c
    join secrets k on k.tenant_id = c.tenant_id and k.id = c.secret_id
    where c.tenant_id = $1 and c.id = $2 and c.kind = 'meta_leads'`,
}

const SOON = {
  name: 'read_meta_page_soon',
  text: 'update leadgen_pages set next_at = now() where tenant_id = $1 and channel_id = $2',
}

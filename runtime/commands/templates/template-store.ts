// What Meta tells of templates, into the tenant's list. What comes late changes nothing: each kind of news has the
// instant of the last one beside it.

import type { Pool } from 'pg'
import type { TemplateChange } from '../../connectors/whatsapp/template-changes.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'

/** Stores what a verified webhook told; of a template that the tenant does not have nothing is kept. */
export async function storeTemplateChanges(
  pool: Pool,
  tenantId: string,
  changes: readonly TemplateChange[],
): Promise<number> {
  return inTenantTransaction(pool, tenantId, async (db) => {
    let changed = 0
    for (const change of changes) changed += await store(db, tenantId, change)
    return changed
  })
}

async function store(db: Queryable, tenantId: string, change: TemplateChange): Promise<number> {
  const { wabaId, providerId, name, language, at, news } = change
  const which = [tenantId, providerId, name, language, wabaId, at]
  switch (news.type) {
    case 'status':
      return count(db, STATUS, [...which, news.status, news.reason, news.pausedUntil])
    case 'quality':
      return count(db, QUALITY, [...which, news.quality])
    case 'category':
      return count(db, CATEGORY, [...which, news.category])
    case 'category_due': {
      const due = JSON.stringify({ to: news.to, at: news.at.toISOString() })
      return count(db, CATEGORY_DUE, [...which, due])
    }
    default:
      return count(db, COMPONENTS, which)
  }
}

interface Statement {
  name: string
  text: string
}

async function count(db: Queryable, statement: Statement, values: unknown[]): Promise<number> {
  return (await run(db, statement, values)).length
}

/** $1 tenant; by Meta's id $2, or by $3 name and $4 language; $5 the account; $6 the instant of the news. */
function change(name: string, column: string, set: string): Statement {
  return {
    name,
    text: `update templates set ${set}, ${column} = $6, provider_id = $2, account_id = $5, updated_at = now()
      where tenant_id = $1 and kind = 'whatsapp' and (account_id is null or account_id = $5)
        and (provider_id = $2 or (name = $3 and language = $4))
        and (${column} is null or ${column} <= $6)
      returning id`,
  }
}

const STATUS = change(
  'template_status',
  'status_at',
  'approved_status = $7, reason = $8, paused_until = $9',
)
const QUALITY = change('template_quality', 'quality_at', 'quality = $7')
const CATEGORY = change('template_category', 'category_at', 'category = $7, category_change = null')
const CATEGORY_DUE = change('template_category_due', 'category_at', 'category_change = $7::jsonb')

/** Until it is read again nobody knows what sends have to fill in. */
const COMPONENTS = change(
  'template_components',
  'synced_at',
  `meta_json = (meta_json - 'content') || case when meta_json ? 'content'
    then jsonb_build_object('shown', meta_json->'content') else '{}' end`,
)

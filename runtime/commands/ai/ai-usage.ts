// What a tenant's model has used this month: in all, by node, by contact.

import type { AiUsage } from '#machines/contracts/ai-settings.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor } from '../../face.ts'

type Tokens = AiUsage['used']

interface MonthRow {
  month: string
  tokens: number
  cap: number | null
  warn_percent: number | null
}

export async function readUsage(db: Queryable, { tenantId }: Actor): Promise<AiUsage> {
  const [head] = await run<MonthRow>(db, MONTH_OF, [tenantId])
  const [used] = await run<Tokens>(db, SUM, [tenantId])
  const nodes = await run<AiUsage['nodes'][number]>(db, BY_NODE, [tenantId])
  const contacts = await run<AiUsage['contacts'][number]>(db, BY_CONTACT, [tenantId])
  if (!head || !used) throw new Error('a month without a row')
  const { month, tokens, cap } = head
  const warnAt = cap === null ? null : Math.ceil((cap * (head.warn_percent ?? 100)) / 100)
  const isWarned = warnAt !== null && tokens >= warnAt
  const state = cap !== null && tokens >= cap ? 'reached' : isWarned ? 'warned' : 'ok'
  // The month's own count is what the cap is held against.
  return { month, used: { ...used, total: tokens }, cap, warnAt, state, nodes, contacts }
}

const SUMS = `coalesce(sum(u.calls), 0)::int as calls, coalesce(sum(u.cache_hits), 0)::int as "cacheHits",
      coalesce(sum(u.prompt_tokens), 0)::bigint as prompt,
      coalesce(sum(u.candidates_tokens), 0)::bigint as candidates,
      coalesce(sum(u.cached_tokens), 0)::bigint as cached,
      coalesce(sum(u.thoughts_tokens), 0)::bigint as thoughts,
      coalesce(sum(u.total_tokens), 0)::bigint as total`
const FIRST = `date_trunc('month', now() at time zone 'utc')::date`
const OF_MONTH = `u.tenant_id = $1 and u.day >= ${FIRST}`

const MONTH_OF = {
  name: 'read_ai_month',
  text: `select ${FIRST}::text as month, coalesce(m.tokens, 0) as tokens, s.monthly_token_cap as cap, s.warn_percent
    from (select $1::text as tenant_id) t
    left join ai_months m on m.tenant_id = t.tenant_id and m.month = ${FIRST}
    left join ai_settings s on s.tenant_id = t.tenant_id`,
}

const SUM = { name: 'sum_ai_usage', text: `select ${SUMS} from usage_metering u where ${OF_MONTH}` }

const BY_NODE = {
  name: 'ai_usage_by_node',
  text: `select u.workflow_id as "workflowId", w.name as "workflowName", u.node_id as "nodeId", ${SUMS}
    from usage_metering u left join workflows w on w.tenant_id = u.tenant_id and w.id = u.workflow_id
    where ${OF_MONTH} group by 1, 2, 3 order by total desc, 1, 3 limit 50`,
}

const BY_CONTACT = {
  name: 'ai_usage_by_contact',
  text: `select u.contact_id as "contactId", c.name, ${SUMS}
    from usage_metering u left join contacts c on c.tenant_id = u.tenant_id and c.id = u.contact_id
    where ${OF_MONTH} group by 1, 2 order by total desc, 1 limit 50`,
}

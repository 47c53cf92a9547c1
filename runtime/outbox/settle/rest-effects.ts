// Effects whose attempt did not end them: they wait for the next one, or for a status that tells what became of them.
// What a tenant sends again has a budget, so that a provider that comes back is not met by all at once.

import type { EffectError } from '#machines/contracts/event.ts'
import type { Pool } from 'pg'
import { run } from '../../db/pool.ts'

export interface Rest {
  tenantId: string
  effectId: string
  claimToken: string
  status: 'waiting' | 'uncertain'
  delayMs: number
  error: EffectError
  /** The attempt only found out that the account is still down; it does not count. */
  isFree: boolean
}

/** Repetitions of a tenant per second, unless its row says otherwise. */
const RETRIES_PER_SECOND = 20

export async function restEffects(pool: Pool, rests: readonly Rest[]): Promise<void> {
  if (rests.length === 0) return
  await run(pool, REST, [
    rests.map((rest) => rest.tenantId),
    rests.map((rest) => rest.effectId),
    rests.map((rest) => rest.claimToken),
    rests.map((rest) => rest.status),
    rests.map((rest) => Math.round(rest.delayMs)),
    rests.map(({ error }) => JSON.stringify(error)),
    rests.map((rest) => (rest.isFree ? 1 : 0)),
  ])
}

/** A free attempt stays free for a day: after that even an account that never comes back ends its effects (I5). */
const REST = {
  name: 'rest_effects',
  text: `with item as materialized (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::json[], $7::smallint[])
        as item(tenant_id, id, claim_token, status, delay_ms, error, is_free)),
    again as (
      select tenant_id, id, row_number() over (partition by tenant_id order by delay_ms, id) as rank
      from item where status = 'waiting'),
    budget as (
      insert into send_limits as l (tenant_id, key, per_second, wanted, free_at)
      select tenant_id, 'retry', ${RETRIES_PER_SECOND}, count(*),
        statement_timestamp() + count(*) * make_interval(secs => 1.0 / ${RETRIES_PER_SECOND})
      from again group by tenant_id order by tenant_id
      on conflict (tenant_id, key) do update set wanted = excluded.wanted,
        free_at = greatest(l.free_at, statement_timestamp()) + excluded.wanted * make_interval(secs => 1 / l.per_second)
      returning l.*)
    update outbox o set status = item.status, moved_at = clock_timestamp(), last_error = item.error,
      attempts = o.attempts - case when o.created_at > now() - interval '1 day' then item.is_free else 0 end,
      next_at = greatest(clock_timestamp() + item.delay_ms * interval '1 ms',
        b.free_at - (b.wanted - a.rank) * make_interval(secs => 1 / b.per_second))
    from item
    left join again a on a.tenant_id = item.tenant_id and a.id = item.id
    left join budget b on b.tenant_id = a.tenant_id
    where o.tenant_id = item.tenant_id and o.id = item.id and o.claim_token = item.claim_token
      and o.status = 'sending'`,
}

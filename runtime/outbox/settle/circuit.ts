// The breaker of a provider account, shared by all processes: it opens after failures in a row of different effects,
// then one effect at a time may find out whether the account is back, and the first that is answered closes it.
// One effect that the provider chokes on again and again is no account that is down.

import type { EffectError } from '#machines/contracts/event.ts'
import type { Pool } from 'pg'
import { run } from '../../db/pool.ts'
import { PROBE_SECONDS } from '../executor/claim-effects.ts'

/** A channel of a tenant. */
export interface Account {
  tenantId: string
  channelId: string
}

export interface AccountFailure extends Account {
  effectId: string
  error: EffectError
}

export interface NumberPause extends Account {
  ms: number
}

/** Failures in a row that open it. */
const OPENS_AT = 5

/** @returns accounts whose breaker opened now */
export async function noteFailures(
  pool: Pool,
  failures: readonly AccountFailure[],
): Promise<Account[]> {
  if (failures.length === 0) return []
  const rows = await run<{ tenant_id: string; channel_id: string }>(pool, FAIL, [
    failures.map(({ tenantId }) => tenantId),
    failures.map(({ channelId }) => channelId),
    failures.map(({ effectId }) => effectId),
    failures.map(({ error }) => JSON.stringify(error)),
    OPENS_AT,
    PROBE_SECONDS,
  ])
  return accountsOf(rows)
}

/** The account answered: whatever it said, it is there. @returns accounts whose breaker closed now */
export async function noteAnswers(pool: Pool, accounts: readonly Account[]): Promise<Account[]> {
  if (accounts.length === 0) return []
  const rows = await run<{ tenant_id: string; channel_id: string; was_open: boolean }>(
    pool,
    ANSWER,
    [accounts.map(({ tenantId }) => tenantId), accounts.map(({ channelId }) => channelId)],
  )
  return accountsOf(rows.filter((row) => row.was_open))
}

/** The provider says that a number is too fast: it sends nothing for a while, in no process. */
export async function pauseNumbers(pool: Pool, pauses: readonly NumberPause[]): Promise<void> {
  if (pauses.length === 0) return
  await run(pool, PAUSE, [
    pauses.map(({ tenantId }) => tenantId),
    pauses.map(({ channelId }) => channelId),
    pauses.map(({ ms }) => Math.round(ms)),
  ])
}

function accountsOf(rows: { tenant_id: string; channel_id: string }[]): Account[] {
  return rows.map(({ tenant_id: tenantId, channel_id: channelId }) => ({ tenantId, channelId }))
}

const FAILURES = `(c.failures + excluded.failures
          - case when excluded.failures = 1 and excluded.last_effect_id = c.last_effect_id then 1 else 0 end)`

const FAIL = {
  name: 'note_account_failures',
  text: `with failed as (
      select item.tenant_id, item.channel_id, count(distinct item.id)::int as failures, max(item.id) as last_id,
        (array_agg(item.error order by n desc))[1] as error
      from unnest($1::text[], $2::text[], $3::text[], $4::json[]) with ordinality
        as item(tenant_id, channel_id, id, error, n)
      join channels ch on ch.tenant_id = item.tenant_id and ch.id = item.channel_id
      group by 1, 2 order by 1, 2),
    noted as (
      insert into circuits as c (tenant_id, channel_id, failures, last_effect_id, last_error, opened_at, probe_at)
      select tenant_id, channel_id, failures, last_id, error, case when failures >= $5 then statement_timestamp() end,
        statement_timestamp() + make_interval(secs => $6)
      from failed
      on conflict (tenant_id, channel_id) do update set failures = ${FAILURES},
        last_effect_id = excluded.last_effect_id, last_error = excluded.last_error,
        opened_at = coalesce(c.opened_at, case when ${FAILURES} >= $5 then statement_timestamp() end),
        probe_at = case when c.opened_at is null then excluded.probe_at else c.probe_at end,
        changed_at = clock_timestamp()
      returning c.tenant_id, c.channel_id, c.opened_at)
    select tenant_id, channel_id from noted where opened_at = statement_timestamp()`,
}

const ANSWER = {
  name: 'note_account_answers',
  text: `with answered as (
      select c.tenant_id, c.channel_id, c.opened_at is not null as was_open
      from circuits c
      where (c.tenant_id, c.channel_id) in (select * from unnest($1::text[], $2::text[])) and c.failures > 0
      order by 1, 2 for update)
    update circuits c set failures = 0, last_effect_id = null, opened_at = null, changed_at = clock_timestamp()
    from answered a where c.tenant_id = a.tenant_id and c.channel_id = a.channel_id
    returning c.tenant_id, c.channel_id, a.was_open`,
}

const PAUSE = {
  name: 'pause_numbers',
  text: `with paused as (
      select tenant_id, channel_id, max(ms) as ms from unnest($1::text[], $2::text[], $3::int[])
        as item(tenant_id, channel_id, ms) group by 1, 2),
    locked as (
      select l.tenant_id, l.key, p.ms from send_limits l
      join paused p on p.tenant_id = l.tenant_id and p.channel_id = l.key
      order by 1, 2 for update of l)
    update send_limits l set free_at = greatest(l.free_at, clock_timestamp() + p.ms * interval '1 ms')
    from locked p where l.tenant_id = p.tenant_id and l.key = p.key`,
}

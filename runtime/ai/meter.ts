// Tokens: set aside before a call, counted after it, each call once however often it is written. The cap of a tenant's
// month is hard: calls under way count with the most that they may need.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import type { AiGround, Asker, CallRecord } from '../connectors/gemini/surroundings.ts'
import { isConnectionError, run } from '../db/pool.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'
import { createId } from '../ids.ts'
import type { Logger } from '../log.ts'

/** Longer than any attempt; what a dead process had set aside is free again after it. */
const HOLD_SECONDS = 60
const TRIES = 3
const PAUSE_MS = 200

export function createMeter(pool: Pool, logger: Logger): Pick<AiGround, 'reserve' | 'record'> {
  return {
    reserve: ({ tenantId, id }, tokens) =>
      inTenantTransaction(pool, tenantId, async (db) => {
        const [settings] = await run<{ cap: number | null }>(db, CAP, [tenantId])
        const cap = settings?.cap ?? null
        if (cap === null) return true
        const held = await run(db, HOLD, [tenantId, id, tokens, cap, HOLD_SECONDS])
        return held.length > 0
      }),
    record: async (effect, call) => {
      const callId = randomUUID()
      const write = (db: PoolClient): Promise<Warning | null> =>
        recordCall(db, { effect, call, callId })
      const warning = await persistently(() => inTenantTransaction(pool, effect.tenantId, write))
      if (warning)
        logger.warn({ tenantId: effect.tenantId, ...warning }, 'the tokens of the month run low')
    },
  }
}

/** What was paid for must be counted: the same call is written again, and counts once. */
async function persistently<T>(write: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (tries <= 1 || !isConnectionError(error)) throw error
    await sleep(PAUSE_MS)
    return persistently(write, tries - 1)
  }
}

interface Warning {
  tokens: number
  cap: number
}

async function recordCall(
  db: PoolClient,
  { effect, call, callId }: { effect: Asker; call: CallRecord; callId: string },
): Promise<Warning | null> {
  const { tenantId, id, contactId, workflowId = '' } = effect
  const { usage, isHit, keep } = call
  if (keep) await run(db, KEEP, [tenantId, keep.hash, JSON.stringify(keep.answer), keep.hours])
  const { prompt, candidates, cached, thoughts, total } = usage
  const counts = [isHit ? 0 : 1, isHit ? 1 : 0, prompt, candidates, cached, thoughts, total]
  if (total === 0 && !isHit) {
    await run(db, RELEASE, [tenantId, id])
    return null
  }
  await run(db, METER, [tenantId, id, callId, contactId, ...counts, workflowId])
  const [warning] = await run<Warning>(db, WARN, [tenantId, createId('event'), contactId])
  return warning ?? null
}

const MONTH = `date_trunc('month', now() at time zone 'utc')::date`
const LIVE = `(select coalesce(jsonb_object_agg(h.key, h.value), '{}') from jsonb_each(m.holds) h
        where (h.value->>1)::numeric > extract(epoch from now()) and h.key <> $2::text)`
const HELD = `(select coalesce(sum((h.value->>0)::bigint), 0) from jsonb_each(m.holds) h
        where (h.value->>1)::numeric > extract(epoch from now()) and h.key <> $2::text)`

const CAP = {
  name: 'read_token_cap',
  text: 'select monthly_token_cap as cap from ai_settings where tenant_id = $1',
}

/** $3 tokens for the effect $2, under the cap $4, for $5 seconds. */
const HOLD = {
  name: 'hold_tokens',
  text: `insert into ai_months as m (tenant_id, month, holds)
    select $1, ${MONTH}, jsonb_build_object($2::text,
      jsonb_build_array($3::bigint, floor(extract(epoch from now()))::bigint + $5::int))
    where $3::bigint <= $4::bigint
    on conflict (tenant_id, month) do update set holds = ${LIVE} || excluded.holds
      where m.tokens + ${HELD} + $3::bigint <= $4::bigint
    returning 1 as held`,
}

const RELEASE = {
  name: 'release_tokens',
  text: `update ai_months set holds = holds - $2::text where tenant_id = $1 and holds ? $2::text returning 1 as released`,
}

const METER = {
  name: 'meter_call',
  text: `with entered as (
      insert into ai_calls (tenant_id, effect_id, call_id) values ($1, $2, $3)
      on conflict do nothing returning tenant_id),
    placed as (
      select o.node_id, r.workflow_id from outbox o
      left join workflow_runs r on r.tenant_id = o.tenant_id and r.id = o.run_id
      where o.tenant_id = $1 and o.id = $2),
    metered as (
      insert into usage_metering as u (tenant_id, day, workflow_id, node_id, contact_id, calls, cache_hits,
        prompt_tokens, candidates_tokens, cached_tokens, thoughts_tokens, total_tokens)
      select e.tenant_id, (now() at time zone 'utc')::date, coalesce(p.workflow_id, $12::text), coalesce(p.node_id, ''), $4,
        $5::int, $6::int, $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::bigint
      from entered e left join placed p on true
      on conflict (tenant_id, day, workflow_id, node_id, contact_id) do update set
        calls = u.calls + excluded.calls, cache_hits = u.cache_hits + excluded.cache_hits,
        prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
        candidates_tokens = u.candidates_tokens + excluded.candidates_tokens,
        cached_tokens = u.cached_tokens + excluded.cached_tokens,
        thoughts_tokens = u.thoughts_tokens + excluded.thoughts_tokens,
        total_tokens = u.total_tokens + excluded.total_tokens)
    insert into ai_months as m (tenant_id, month, tokens)
    select tenant_id, ${MONTH}, $11::bigint from entered
    on conflict (tenant_id, month) do update set tokens = m.tokens + excluded.tokens, holds = m.holds - $2::text`,
}

const KEEP = {
  name: 'keep_answer',
  text: `insert into ai_answers (tenant_id, hash, answer_json, expires_at)
    values ($1, $2, $3::jsonb, now() + make_interval(hours => $4::int))
    on conflict (tenant_id, hash) do update
      set answer_json = excluded.answer_json, expires_at = excluded.expires_at`,
}

/** Once a month, as an event of the contact whose call it was. */
const WARN = {
  name: 'warn_of_tokens',
  text: `with warned as (
      update ai_months m set warned_at = now() from ai_settings s
      where m.tenant_id = $1 and m.month = ${MONTH} and m.warned_at is null and s.tenant_id = m.tenant_id
        and m.tokens >= s.monthly_token_cap * s.warn_percent / 100.0
      returning m.tenant_id, m.month, m.tokens, s.monthly_token_cap as cap)
    , told as (
      insert into events (tenant_id, id, type, source, contact_id, payload_json, correlation_id, occurred_at)
      select tenant_id, $2, 'ai.usage_warned', 'gemini', $3,
        jsonb_build_object('month', month, 'tokens', tokens, 'cap', cap), $2, now() from warned)
    select tokens, cap from warned`,
}

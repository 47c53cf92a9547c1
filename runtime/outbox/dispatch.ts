// Station 7's beginning: waiting effects become jobs. At most one message per lane is out; the next waits for its end.

import type { Pool } from 'pg'
import type { EffectError } from '#machines/contracts/event.ts'
import { inTransaction, type Queryable, run } from '../db/pool.ts'
import type { EffectJob } from './queue.ts'
import { MAX_ATTEMPTS } from './settle/retry.ts'
import { settleEffects } from './settle/settle.ts'

const BATCH_SIZE = 500
/** Most effects of one tenant that are dispatched at a time. */
const TENANT_SHARE = 500
/** Dispatched and not claimed for so long: the job was lost (I10). */
const LOST_JOB_SECONDS = 5
/** Longest that one attempt may last; beyond it nobody knows what became of it. */
export const ATTEMPT_SECONDS = 30
/** A worker that stops in order is gone from the list before its last attempts end; they have this long. */
const ORPHAN_SECONDS = 5

interface DispatchRow {
  id: string
  tenant_id: string
}

/**
 * Marks effects as dispatched and gives their jobs.
 * @param lainMs how long they must have been lying there: what is younger is in somebody's hand already
 */
export async function takeDispatchable(
  pool: Pool,
  localKinds: readonly string[],
  lainMs = 0,
): Promise<EffectJob[]> {
  const rows = await run<DispatchRow>(pool, DISPATCH, [
    localKinds,
    BATCH_SIZE,
    TENANT_SHARE,
    lainMs,
  ])
  return rows.map((row) => ({ effectId: row.id, tenantId: row.tenant_id }))
}

/** Effects whose job seems to be lost; adding a job again under its id does nothing if it is still there. */
export async function findLostJobs(pool: Pool): Promise<EffectJob[]> {
  const rows = await run<DispatchRow>(pool, LOST, [LOST_JOB_SECONDS, BATCH_SIZE])
  return rows.map((row) => ({ effectId: row.id, tenantId: row.tenant_id }))
}

/**
 * Sends in flight at a crash become uncertain and rest for a status; after that the tenant's policy decides:
 * `retry` sends again, `hold` leaves it to a person (I6).
 */
export async function resolveUncertain(pool: Pool, uncertainSeconds: number): Promise<void> {
  await run(pool, MARK_UNCERTAIN, [ATTEMPT_SECONDS + 5, uncertainSeconds, ORPHAN_SECONDS])
  await run(pool, DECIDE_UNCERTAIN, [MAX_ATTEMPTS])
  await inTransaction(pool, giveUpUncertain)
}

/** I5: what stayed uncertain through all its attempts ends in the dead letters. */
async function giveUpUncertain(db: Queryable): Promise<void> {
  const rows = await run<DispatchRow & { last_error: EffectError | null }>(db, SPENT, [
    MAX_ATTEMPTS,
  ])
  await settleEffects(
    db,
    rows.map(({ tenant_id: tenantId, id: effectId, last_error: error }) => ({
      tenantId,
      effectId,
      claimToken: null,
      result: { type: 'failed', error: error ?? NO_ANSWER, isUncertain: true },
    })),
  )
}

const NO_ANSWER = { code: 'EFFECT_UNCERTAIN', message: 'No attempt ended with an answer' }

/** After a start that nobody else can have work under way: what was out is waiting or uncertain again. */
export async function recoverAll(pool: Pool, uncertainSeconds: number): Promise<void> {
  await run(pool, REDISPATCH_ALL)
  await run(pool, MARK_UNCERTAIN, [0, uncertainSeconds, 0])
  // While nobody listened no status could come: the time to wait for one begins again.
  await run(pool, WAIT_AGAIN, [uncertainSeconds])
}

/**
 * Tenants take turns, and none has more out than its share, so that what comes from one later does not stand behind all
 * of another's. Of an account that is cut off only what may find out whether it is back.
 */
const DISPATCH = {
  name: 'dispatch_effects',
  text: `with recursive tenant as (
      (select tenant_id from outbox where status = 'waiting' order by tenant_id limit 1)
      union all
      select (select o.tenant_id from outbox o where o.status = 'waiting' and o.tenant_id > t.tenant_id
        order by o.tenant_id limit 1)
      from tenant t where t.tenant_id is not null),
    busy as (select tenant_id, count(*) as count from outbox where status = 'dispatched' group by 1),
    ready as (
      select o.tenant_id, o.id, o.next_at,
        row_number() over (partition by o.tenant_id order by o.next_at, o.position) as turn
      from tenant t left join busy b on b.tenant_id = t.tenant_id cross join lateral (
        select o.tenant_id, o.id, o.next_at, o.position from outbox o
        left join circuits c on c.tenant_id = o.tenant_id and c.channel_id = o.channel_id
        where o.tenant_id = t.tenant_id and o.status = 'waiting'
          and o.next_at <= statement_timestamp() - $4 * interval '1 ms' and o.kind <> all($1::text[])
          and (c.opened_at is null or c.probe_at <= statement_timestamp())
          and (o.lane is null or not exists (
            select 1 from outbox before where before.lane = o.lane and before.position < o.position))
        order by o.next_at, o.position limit greatest(0, $3 - coalesce(b.count, 0))) o),
    taken as (
      select o.tenant_id, o.id from ready r
      join outbox o on o.tenant_id = r.tenant_id and o.id = r.id
      where o.status = 'waiting' and not exists (select 1 from dispatch_gate where closed_at is not null)
      order by r.turn, r.next_at limit $2 for update of o skip locked)
    update outbox o set status = 'dispatched', moved_at = clock_timestamp()
    from taken where o.tenant_id = taken.tenant_id and o.id = taken.id
    returning o.id, o.tenant_id`,
}

const LOST = {
  name: 'find_lost_jobs',
  text: `update outbox set moved_at = clock_timestamp()
    where (tenant_id, id) in (
      select tenant_id, id from outbox
      where status = 'dispatched' and moved_at < statement_timestamp() - make_interval(secs => $1)
      order by position limit $2 for update skip locked)
    returning id, tenant_id`,
}

/** Of a worker that is dead by its own row nobody has to wait for the longest attempt. */
const MARK_UNCERTAIN = {
  name: 'mark_uncertain',
  text: `with silent as (
      select tenant_id, id from outbox
      where status = 'sending' and (
        moved_at < statement_timestamp() - make_interval(secs => $1)
        or (claim_token like '%.%' and moved_at < statement_timestamp() - make_interval(secs => $3)
          and not exists (
            select 1 from workers w
            where claim_token like w.id || '.%' and w.expires_at > statement_timestamp())))
      for update skip locked)
    update outbox o set status = 'uncertain', moved_at = clock_timestamp(),
      next_at = clock_timestamp() + make_interval(secs => $2)
    from silent where o.tenant_id = silent.tenant_id and o.id = silent.id`,
}

const DECIDE_UNCERTAIN = {
  name: 'decide_uncertain',
  text: `with due as (
      select o.tenant_id, o.id, t.uncertain_policy from outbox o join tenants t on t.id = o.tenant_id
      where o.status = 'uncertain' and o.next_at <= statement_timestamp()
        and (t.uncertain_policy = 'hold' or o.attempts < $1)
      for update of o skip locked)
    update outbox o set moved_at = clock_timestamp(),
      status = case due.uncertain_policy when 'retry' then 'waiting' else 'held' end
    from due where o.tenant_id = due.tenant_id and o.id = due.id`,
}

const SPENT = {
  name: 'spent_uncertain',
  text: `select o.tenant_id, o.id, o.last_error from outbox o join tenants t on t.id = o.tenant_id
    where o.status = 'uncertain' and o.next_at <= statement_timestamp()
      and t.uncertain_policy = 'retry' and o.attempts >= $1
    for update of o skip locked`,
}

const WAIT_AGAIN = {
  name: 'wait_again_for_status',
  text: `update outbox set next_at = clock_timestamp() + make_interval(secs => $1)
    where status = 'uncertain'`,
}

const REDISPATCH_ALL = {
  name: 'redispatch_all',
  text: `update outbox set status = 'waiting' where status = 'dispatched'`,
}

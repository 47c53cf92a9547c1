// Does acts batch by batch: chooses the contacts, sends each its envelope, hears what became of it. Everything is in the
// tables, so any worker goes on after a restart.

import type { Pool, PoolClient } from 'pg'
import type { StateActKind, StateFilter } from '#machines/contracts/state-acts.ts'
import { createStateReader, type StateReader } from '../commands/debugger/state-at.ts'
import { run } from '../db/pool.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import type { TenantFactsCache } from '../shard/tenant-facts.ts'
import { chooseRuns } from './choose-runs.ts'
import { type ActRow, sendBack, sendItems, settleItems } from './send-items.ts'

const POLL_MS = 500
const PAGE = 500
/** Envelopes of one act that are under way at the same time. */
const UNDER_WAY = 500

export interface ActLoopOptions {
  pool: Pool
  facts: TenantFactsCache
  logger: Logger
}

export function createActLoop(options: ActLoopOptions): Loop {
  return createLoop({
    name: 'state acts',
    pollMs: POLL_MS,
    logger: options.logger,
    turn: () => actOn(options),
  })
}

interface Row {
  id: string
  workflow_id: string
  filter_json: StateFilter
  act_json: StateActKind
  status: 'planning' | 'running' | 'undoing'
  is_stopped: boolean
  reason: string
  planned_at: string
  planned_run: string
  created_by: string
}

/** One step of the act that has waited longest. @returns true when there may be more to do at once */
export async function actOn({ pool, facts }: Omit<ActLoopOptions, 'logger'>): Promise<boolean> {
  const [next] = await run<{ tenant_id: string; id: string }>(pool, NEXT)
  if (!next) return false
  const { tenant_id: tenantId, id } = next
  return inTenantTransaction(pool, tenantId, async (db) => {
    const [row] = await run<Row>(db, LOCK, [tenantId, id])
    // Another worker has it in hand.
    if (!row) return false
    return row.status === 'planning'
      ? plan(db, row, { tenantId, pool, facts })
      : sendOn(db, row, { tenantId, states: createStateReader(pool, facts) })
  })
}

async function plan(
  db: PoolClient,
  row: Row,
  { tenantId, pool, facts }: { tenantId: string; pool: Pool; facts: TenantFactsCache },
): Promise<boolean> {
  const choice = {
    tenantId,
    workflowId: row.workflow_id,
    filter: row.filter_json,
    act: row.act_json,
  }
  const runs = await chooseRuns(
    db,
    { ...choice, at: row.planned_at },
    {
      after: row.planned_run,
      limit: PAGE,
      factsOf: async (ids) => (await facts.load(pool, [tenantId], ids))(tenantId),
    },
  )
  await run(db, ADD, [
    tenantId,
    row.id,
    runs.map(({ runId }) => runId),
    runs.map(({ contactId }) => contactId),
    runs.map(({ code }) => code),
  ])
  const last = runs.length < PAGE ? undefined : runs.at(-1)
  await run(db, PLANNED, [tenantId, row.id, last?.runId ?? '', last === undefined])
  return true
}

async function sendOn(
  db: PoolClient,
  row: Row,
  { tenantId, states }: { tenantId: string; states: StateReader },
): Promise<boolean> {
  const way = row.status === 'undoing' ? 'back' : 'there'
  const act = actOf(row, tenantId)
  await settleItems(db, act, way)
  const [standing] = await run<{ waiting: number; under_way: number }>(
    db,
    way === 'there' ? STANDING : STANDING_BACK,
    [tenantId, row.id],
  )
  const { waiting = 0, under_way: underWay = 0 } = standing ?? {}
  if (waiting === 0 && underWay === 0) {
    const end = row.is_stopped ? 'stopped' : 'done'
    await run(db, FINISH, [tenantId, row.id, way === 'back' ? 'undone' : end])
    return false
  }
  const room = Math.min(waiting, Math.max(0, UNDER_WAY - underWay))
  if (room > 0 && way === 'back' && act.kind === 'move')
    await sendBack(db, act, { limit: room, states })
  else if (room > 0) await sendItems(db, act, { limit: room, way })
  await run(db, WORKED, [tenantId, row.id])
  return false
}

function actOf(row: Row, tenantId: string): ActRow {
  const { id, act_json: act, reason, created_by: userId, filter_json: filter } = row
  return { id, tenantId, kind: act.kind, state: filter.state, act, reason, userId }
}

const NEXT = {
  name: 'next_state_act',
  text: `select tenant_id, id from state_acts where status in ('planning', 'running', 'undoing')
    order by worked_at limit 1`,
}

const LOCK = {
  name: 'lock_state_act',
  text: `select s.id, s.workflow_id, s.filter_json, s.act_json, s.status, s.is_stopped, s.created_by,
      to_char(s.planned_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as planned_at, s.planned_run,
      coalesce(case s.status when 'undoing' then (
        select a.reason from audit_log a
        where a.tenant_id = s.tenant_id and a.subject = s.workflow_id and a.action = 'state.act_undone'
          and a.details_json->>'actId' = s.id order by a.at desc limit 1) end, s.reason) as reason
    from state_acts s where s.tenant_id = $1 and s.id = $2 and s.status in ('planning', 'running', 'undoing')
    for update of s skip locked`,
}

const ADD = {
  name: 'add_act_items',
  text: `insert into state_act_items (tenant_id, act_id, run_id, contact_id, status, code, settled_at)
    select $1, $2, run_id, contact_id, case when code is null then 'pending' else 'refused' end, code,
      case when code is not null then clock_timestamp() end
    from unnest($3::text[], $4::text[], $5::text[]) as item(run_id, contact_id, code)
    on conflict (tenant_id, act_id, run_id) do nothing`,
}

const PLANNED = {
  name: 'note_act_planned',
  text: `update state_acts set planned_run = $3, worked_at = clock_timestamp(),
      status = case when $4 then 'running' else status end
    where tenant_id = $1 and id = $2`,
}

const WORKED = {
  name: 'note_act_worked',
  text: 'update state_acts set worked_at = clock_timestamp() where tenant_id = $1 and id = $2',
}

const FINISH = {
  name: 'finish_state_act',
  text: `update state_acts set status = $3, finished_at = clock_timestamp()
    where tenant_id = $1 and id = $2`,
}

const STANDING = {
  name: 'state_act_standing',
  text: `select count(*) filter (where status = 'pending') as waiting,
      count(*) filter (where status = 'sent') as under_way
    from state_act_items where tenant_id = $1 and act_id = $2`,
}

const STANDING_BACK = {
  name: 'state_act_standing_back',
  text: `select count(*) filter (where status = 'done') as waiting,
      count(*) filter (where status = 'undoing') as under_way
    from state_act_items where tenant_id = $1 and act_id = $2`,
}

// Acts on all contacts of one state: looked at beforehand, started, watched, stopped, taken back. A worker does the rest.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type {
  StateAct,
  StateActDryRun,
  StateActKind,
  StateActQuestion,
  StateActRequest,
  StateFilter,
} from '#machines/contracts/state-acts.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face/actor.ts'
import type { StateActDeed, StateActsFace } from '../../face/state-acts.ts'
import { createId } from '../../ids.ts'
import type { TenantFactsCache } from '../../shard/tenant-facts.ts'
import { chooseRuns, type ChosenRun } from '../../state-acts/choose-runs.ts'
import { writeAudit } from '../audit.ts'
import { readAct, readActs } from './act-views.ts'
import { exportContacts } from './export-contacts.ts'

/** Contacts that a dry run looks at. */
const MAX_LOOKED_AT = 20_000
const PAGE = 500

/** Who may do what, of those who may act on contacts at all: as for one contact alone. */
const ROLES: Record<StateActKind['kind'], readonly Actor['role'][]> = {
  say: ['owner', 'admin', 'agent'],
  move: ['owner', 'admin', 'support'],
  stop: ['owner', 'admin', 'support'],
  tag: ['owner', 'admin', 'agent', 'support'],
}

/** Creates the commands of acts on the contacts of a state. */
export function createStateActs(pool: Pool, facts: TenantFactsCache): StateActsFace {
  const within = <T>({ tenantId }: Actor, work: (db: Queryable) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, tenantId, work)
  return {
    dryRun: (actor, workflowId, question) =>
      within(actor, async (db) => {
        await requireWorkflow(db, actor, workflowId)
        return dryRun(db, { actor, workflowId, question, pool, facts })
      }),
    start: async (actor, workflowId, request) => {
      if (!ROLES[request.act.kind].includes(actor.role)) throw new FluxoError('AUTH_FORBIDDEN')
      return within(actor, (db) => start(db, { actor, workflowId }, request))
    },
    list: (actor, workflowId) =>
      within(actor, async (db) => {
        await requireWorkflow(db, actor, workflowId)
        return { items: await readActs(db, { tenantId: actor.tenantId, workflowId, actId: null }) }
      }),
    get: (actor, workflowId, actId) =>
      within(actor, (db) => readAct(db, { tenantId: actor.tenantId, workflowId, actId })),
    stop: (actor, workflowId, deed) =>
      within(actor, (db) => turn(db, { actor, workflowId }, { ...deed, to: 'stopped' })),
    undo: (actor, workflowId, deed) =>
      within(actor, (db) => turn(db, { actor, workflowId }, { ...deed, to: 'undoing' })),
    export: async (actor, workflowId, filter) => {
      await within(actor, async (db) => {
        await requireWorkflow(db, actor, workflowId)
        await audit(
          db,
          { actor, workflowId },
          { action: 'state.export', reason: '', ...filterOf(filter) },
        )
      })
      return exportContacts(pool, { tenantId: actor.tenantId, workflowId, filter })
    },
  }
}

interface Where {
  actor: Actor
  workflowId: string
}

type DryRun = Where & { question: StateActQuestion; pool: Pool; facts: TenantFactsCache }

async function dryRun(
  db: Queryable,
  { actor: { tenantId }, workflowId, question, pool, facts }: DryRun,
): Promise<StateActDryRun> {
  const choice = { tenantId, workflowId, ...question, at: new Date().toISOString() }
  const runs: ChosenRun[] = []
  let after = ''
  let isMore = true
  while (isMore && runs.length < MAX_LOOKED_AT) {
    const page = await chooseRuns(db, choice, {
      after,
      limit: PAGE,
      factsOf: async (ids) => (await facts.load(pool, [tenantId], ids))(tenantId),
    })
    runs.push(...page)
    after = page.at(-1)?.runId ?? after
    isMore = page.length === PAGE
  }
  const left = runs.flatMap(({ code }) => (code === null ? [] : [code]))
  const wouldNot = [...Map.groupBy(left, (code) => code)]
    .map(([code, list]) => ({ code, count: list.length }))
    .toSorted((one, other) => other.count - one.count)
  return { total: runs.length, would: runs.length - left.length, wouldNot, partial: isMore }
}

async function start(
  db: Queryable,
  where: Where,
  { filter, act, reason }: StateActRequest,
): Promise<StateAct> {
  const { actor, workflowId } = where
  await requireWorkflow(db, actor, workflowId)
  const id = createId('act')
  await run(db, INSERT, [
    actor.tenantId,
    id,
    workflowId,
    act.kind,
    JSON.stringify(filter),
    JSON.stringify(act),
    reason,
    actor.userId,
  ])
  const details = { actId: id, ...filterOf(filter).details }
  await audit(db, where, { action: `state.${act.kind}`, reason, details })
  return readAct(db, { tenantId: actor.tenantId, workflowId, actId: id })
}

type Turn = StateActDeed & { to: 'stopped' | 'undoing' }

async function turn(db: Queryable, where: Where, { actId, reason, to }: Turn): Promise<StateAct> {
  const { actor, workflowId } = where
  const key = { tenantId: actor.tenantId, workflowId, actId }
  await run(db, LOCK, [actor.tenantId, actId])
  const act = await readAct(db, key)
  const isPossible =
    to === 'undoing' ? act.undoable : act.status === 'planning' || act.status === 'running'
  if (!isPossible) {
    const message = to === 'undoing' ? 'It cannot be taken back' : 'It is not running'
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  if (to === 'stopped') await run(db, LEAVE_OUT, [actor.tenantId, actId])
  await run(db, to === 'stopped' ? STOP : UNDO, [actor.tenantId, actId])
  const action = to === 'stopped' ? 'state.act_stopped' : 'state.act_undone'
  await audit(db, where, { action, reason, details: { actId } })
  return readAct(db, key)
}

function audit(
  db: Queryable,
  { actor, workflowId }: Where,
  entry: { action: string; reason: string; details: JsonObject },
): Promise<void> {
  const id = createId('event').replace(/^evt_/, 'aud_')
  return writeAudit(db, actor, { id, subject: workflowId, ...entry })
}

function filterOf({ state, waiting, tag }: StateFilter): { details: JsonObject } {
  const details = {
    state,
    ...(waiting !== undefined && { waiting }),
    ...(tag !== undefined && { tag }),
  }
  return { details }
}

async function requireWorkflow(
  db: Queryable,
  { tenantId }: Actor,
  workflowId: string,
): Promise<void> {
  const rows = await run(db, WORKFLOW, [tenantId, workflowId])
  if (rows.length === 0) throw new FluxoError('RESOURCE_NOT_FOUND')
}

const WORKFLOW = {
  name: 'act_workflow',
  text: 'select 1 from workflows where tenant_id = $1 and id = $2',
}

const INSERT = {
  name: 'start_state_act',
  text: `insert into state_acts
      (tenant_id, id, workflow_id, kind, filter_json, act_json, status, reason, created_by, planned_at)
    values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, 'planning', $7, $8, clock_timestamp())`,
}

const LOCK = {
  name: 'lock_state_act_by_id',
  text: 'select 1 from state_acts where tenant_id = $1 and id = $2 for update',
}

const LEAVE_OUT = {
  name: 'leave_out_act_items',
  text: `update state_act_items set status = 'refused', code = 'cancelled', settled_at = clock_timestamp()
    where tenant_id = $1 and act_id = $2 and status = 'pending'`,
}

const STOP = {
  name: 'stop_state_act',
  text: `update state_acts set status = 'running', is_stopped = true, worked_at = clock_timestamp()
    where tenant_id = $1 and id = $2`,
}

const UNDO = {
  name: 'undo_state_act',
  text: `update state_acts set status = 'undoing', finished_at = null, worked_at = clock_timestamp()
    where tenant_id = $1 and id = $2`,
}

// Acts on the contacts of a state as people see them: how far they are, and why some were left out.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { StateAct, StateActKind, StateFilter } from '#machines/contracts/state-acts.ts'
import type { Json } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../../db/pool.ts'

interface Row {
  id: string
  workflowId: string
  kind: StateAct['kind']
  filter: StateFilter
  act: StateActKind
  status: StateAct['status']
  isStopped: boolean
  reason: string
  createdBy: string
  createdAt: Date
  finishedAt: Date | null
  counts: { status: string; code: string | null; count: number }[]
}

export interface ActKey {
  tenantId: string
  workflowId: string
  /** Null: the latest 50. */
  actId: string | null
}

export async function readActs(
  db: Queryable,
  { tenantId, workflowId, actId }: ActKey,
): Promise<StateAct[]> {
  const rows = await run<Row>(db, ACTS, [tenantId, workflowId, actId])
  return rows.map(actOf)
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function readAct(db: Queryable, key: ActKey & { actId: string }): Promise<StateAct> {
  const [act] = await readActs(db, key)
  if (!act) throw new FluxoError('RESOURCE_NOT_FOUND')
  return act
}

function actOf({ filter, act, isStopped, createdAt, finishedAt, counts, ...row }: Row): StateAct {
  const ofStatus = (...statuses: string[]): number =>
    counts.reduce((sum, each) => sum + (statuses.includes(each.status) ? each.count : 0), 0)
  const done = ofStatus('done', 'undoing')
  const isOver = row.status === 'done' || row.status === 'stopped'
  return {
    ...row,
    state: filter.state,
    act: act as unknown as Json,
    // What is under way comes to its end, but nobody else is sent anything.
    status: isStopped && row.status === 'running' ? 'stopped' : row.status,
    counts: {
      total: counts.reduce((sum, { count }) => sum + count, 0),
      pending: ofStatus('pending', 'sent'),
      done,
      refused: ofStatus('refused'),
      undone: ofStatus('undone'),
    },
    refused: counts
      .filter(({ status }) => status === 'refused')
      .map(({ code, count }) => ({ code: code ?? '', count }))
      .toSorted((left, right) => right.count - left.count),
    undoable: isOver && done > 0 && isUndoable(act, finishedAt),
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

/** A move can be taken back as long as nothing has followed from it, which is hardly so later. */
const MOVED_MS = 3_600_000

function isUndoable({ kind }: StateActKind, finishedAt: Date | null): boolean {
  if (kind === 'move') return finishedAt !== null && Date.now() - finishedAt.getTime() < MOVED_MS
  return kind === 'tag'
}

const ACTS = {
  name: 'read_state_acts',
  text: `select a.id, a.workflow_id as "workflowId", a.kind, a.filter_json as filter, a.act_json as act, a.status,
      a.is_stopped as "isStopped", a.reason, a.created_by as "createdBy", a.created_at as "createdAt",
      a.finished_at as "finishedAt", coalesce((
        select jsonb_agg(jsonb_build_object('status', status, 'code', code, 'count', n)) from (
          select i.status, i.code, count(*) as n from state_act_items i
          where i.tenant_id = a.tenant_id and i.act_id = a.id group by 1, 2) item), '[]') as counts
    from state_acts a where a.tenant_id = $1 and a.workflow_id = $2 and ($3::text is null or a.id = $3)
    order by a.created_at desc, a.id desc limit 50`,
}

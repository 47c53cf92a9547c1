// A workflow over time, for people: its pace and its past. Figures are kept for a moment, so that many who look cost one.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import {
  type HistoryQuery,
  type LiveHistory,
  type LiveReply,
  MAX_POINTS,
  type Pace,
} from '#machines/contracts/insights.ts'
import { run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face/actor.ts'
import type { InsightsFace } from '../../face/insights.ts'
import { readPace } from './pace.ts'
import { countsAt, pointsOf, statesIn } from './past-counts.ts'

const KEPT_MS = 30_000
const MOST_KEPT = 200
const NOTHING: Pick<Pace, 'states' | 'contacts' | 'sampled'> = {
  states: {},
  contacts: 0,
  sampled: true,
}

/** @param now epoch milliseconds */
export function createInsights(pool: Pool, now: () => number = Date.now): InsightsFace {
  const kept = new LRUCache<string, Promise<Pace>>({ max: MOST_KEPT, ttl: KEPT_MS })
  return {
    pace: async (actor, workflowId, { window }) => {
      await versionAt(pool, { actor, workflowId, at: null })
      const key = `${actor.tenantId} ${workflowId} ${window}`
      const known = kept.get(key)
      if (known) return known
      const asked = { tenantId: actor.tenantId, workflowId, window, now: now() }
      const reading = readPace(pool, asked).then(
        (pace) => pace ?? { window, at: new Date(asked.now).toISOString(), ...NOTHING },
      )
      kept.set(key, reading)
      // What could not be read is not what is known.
      void reading.catch(() => kept.delete(key))
      return reading
    },
    at: (actor, workflowId, at) => past(pool, { actor, workflowId, at }),
    history: (actor, workflowId, query) => history(pool, { actor, workflowId }, query),
  }
}

interface Instant {
  actor: Actor
  workflowId: string
  /** ISO 8601; null for now. */
  at: string | null
}

async function past(pool: Pool, instant: Instant & { at: string }): Promise<LiveReply> {
  const { actor, workflowId } = instant
  const at = new Date(instant.at).toISOString()
  const versionId = await versionAt(pool, { ...instant, at })
  const none = { done: 0, failed: 0, stopped: 0 }
  if (versionId === null) return { versionId, states: {}, at, ended: none, complete: true }
  const question = { tenantId: actor.tenantId, workflowId, versionId, from: at, step: 86_400 }
  const [counts] = (await countsAt(pool, { ...question, points: 1 })) ?? []
  if (!counts) return { versionId, states: {}, at, ended: none, complete: false }
  const { $end: done = 0, $failed: failed = 0, $stopped: stopped = 0 } = counts
  return {
    versionId,
    states: statesIn(counts),
    at,
    ended: { done, failed, stopped },
    complete: true,
  }
}

async function history(
  pool: Pool,
  { actor, workflowId }: Omit<Instant, 'at'>,
  { from, to, step }: HistoryQuery,
): Promise<LiveHistory> {
  const points = Math.floor((Date.parse(to) - Date.parse(from)) / (step * 1000)) + 1
  if (points < 1 || points > MAX_POINTS) {
    const message = `Between 1 and ${MAX_POINTS} points can be asked for`
    throw new FluxoError('REQUEST_INVALID', { field: 'step', message })
  }
  const versionId = await versionAt(pool, { actor, workflowId, at: null })
  if (versionId === null) return { versionId, points: [], complete: true }
  const question = { tenantId: actor.tenantId, workflowId, versionId, from, step, points }
  const counts = await countsAt(pool, question)
  return {
    versionId,
    points: counts ? pointsOf(counts, from, step) : [],
    complete: counts !== null,
  }
}

/** The version that new runs started on. @throws {FluxoError} RESOURCE_NOT_FOUND */
async function versionAt(
  pool: Pool,
  { actor: { tenantId }, workflowId, at }: Instant,
): Promise<string | null> {
  const [row] = await inTenantTransaction(pool, tenantId, (db) =>
    run<{ now: string | null; then: string | null }>(db, VERSION, [tenantId, workflowId, at]),
  )
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return at === null ? row.now : row.then
}

/** Who published what is in the audit log; of a workflow that has none, what it has now. */
const VERSION = {
  name: 'workflow_version_at',
  text: `select w.published_version_id as now, coalesce(
      (select details_json->>'versionId' from audit_log
        where tenant_id = $1 and subject = $2 and at <= $3::timestamptz
          and action in ('workflow.publish', 'workflow.rollback') order by at desc limit 1),
      (select id from workflow_versions where tenant_id = $1 and workflow_id = $2 and published_at <= $3::timestamptz
        order by number desc limit 1)) as "then"
    from workflows w where w.tenant_id = $1 and w.id = $2`,
}

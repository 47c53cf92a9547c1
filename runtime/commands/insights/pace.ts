// How long contacts stay in each state of a workflow, and what fails there: read out of the journals of those who moved.

import type { Pool } from 'pg'
import type { Pace, PaceQuery, StatePace } from '#machines/contracts/insights.ts'
import { run } from '../../db/pool.ts'
import { bounded } from './bounded.ts'
import { MOVED } from './people-of.ts'

/** Contacts and Steps of each that are read; more of them would say the same, later. */
const MOST_CONTACTS = 2_000
const MOST_STEPS = 300
const HOURS = { '24h': 24, '7d': 168 } as const
const REASONS_SHOWN = 3

interface Row {
  kind: 'people' | 'stay' | 'failure'
  state: string | null
  code: string | null
  count: number
  shares: number[] | null
}

interface Question {
  tenantId: string
  workflowId: string
  window: PaceQuery['window']
  /** Epoch milliseconds. */
  now: number
}

/** Null when the journals are too long to be read in time. */
export async function readPace(
  pool: Pool,
  { tenantId, workflowId, window, now }: Question,
): Promise<Pace | null> {
  const from = new Date(now - HOURS[window] * 3_600_000).toISOString()
  const rows = await bounded(pool, tenantId, (db) =>
    run<Row>(db, PACE, [tenantId, workflowId, from, MOST_CONTACTS + 1, MOST_STEPS]),
  )
  return rows && { window, at: new Date(now).toISOString(), ...paceOf(rows) }
}

/** Puts the statement's rows together by state. */
export function paceOf(rows: readonly Row[]): Pick<Pace, 'states' | 'contacts' | 'sampled'> {
  const states: Record<string, StatePace> = {}
  const at = (state: string): StatePace =>
    (states[state] ??= { stays: 0, p50: null, p90: null, p99: null, failures: 0, reasons: [] })
  let contacts = 0
  for (const { kind, state, code, count, shares } of rows) {
    if (kind === 'people') contacts = count
    if (state === null) continue
    if (kind === 'stay') {
      const [p50 = null, p90 = null, p99 = null] = shares ?? []
      Object.assign(at(state), { stays: count, p50, p90, p99 })
    }
    if (kind === 'failure') {
      const pace = at(state)
      pace.failures += count
      pace.reasons = [...pace.reasons, { code: code ?? '', count }]
        .toSorted((left, right) => right.count - left.count)
        .slice(0, REASONS_SHOWN)
    }
  }
  return {
    states,
    contacts: Math.min(contacts, MOST_CONTACTS),
    sampled: contacts > MOST_CONTACTS,
  }
}

/**
 * A stay begins where a Step puts a run into a state and ends where one takes it out again, by coming back to it as well.
 * What a run only passes through is no stay. A stay that began up to 30 days before the window counts when it ends in it.
 */
const PACE = {
  name: 'workflow_pace',
  isPlannedAnew: true as const,
  text: `with ${MOVED}, entries as (
    select j.seq, j.at, j.event_type, j.entry from moved m cross join lateral (
      select seq, at, event_type, entry from journal
      where tenant_id = $1 and contact_id = m.contact_id and at > $3::timestamptz - interval '30 days'
        and at <= clock_timestamp()
      order by seq desc limit $5) j
  ), changes as (
    select e.seq, e.at, e.event_type, e.entry, c.value::jsonb as change
    from entries e cross join lateral json_array_elements(e.entry->'runs') c
    where c.value->>'workflowId' = $2
  ), marks as (
    select change->>'id' as run, s.state, at, seq, 0 as came
    from changes cross join lateral jsonb_array_elements_text(change->'fromStates') s(state)
    where change->>'status' <> 'active' or not change->'toStates' ? s.state or change->'path' ? s.state
    union all
    select change->>'id', s.state, at, seq, 1
    from changes cross join lateral jsonb_array_elements_text(change->'toStates') s(state)
    where not change->'fromStates' ? s.state or change->'path' ? s.state
  ), pairs as (
    select state, at, came, lag(came) over earlier as before, lag(at) over earlier as since
    from marks window earlier as (partition by run, state order by at, seq, came)
  ), failures as (
    select r.value->>'nodeId' as state, r.value->>'code' as code
    from changes cross join lateral json_array_elements(coalesce(entry->'refused', '[]'::json)) r
    where at > clock_timestamp() - interval '1 day' and r.value->>'runId' = change->>'id'
    union all
    select change->>'from', entry->'envelope'->'payload'->'error'->>'code' from changes
    where at > clock_timestamp() - interval '1 day' and event_type = 'effect.failed'
    union all
    select change->'error'->>'nodeId', change->'error'->>'code' from changes
    where at > clock_timestamp() - interval '1 day' and event_type <> 'effect.failed'
      and change->>'status' = 'failed' and entry->'refused' is null
  )
  select 'people' as kind, null::text as state, null::text as code, count(*)::int as count, null::float8[] as shares
    from moved
  union all
  select 'stay', state, null, count(*)::int,
    percentile_cont(array[0.5, 0.9, 0.99]) within group (order by extract(epoch from at - since)::float8)
  from pairs where came = 0 and before = 1 and at > $3::timestamptz group by state
  union all
  select 'failure', state, code, count(*)::int, null from failures where state is not null group by state, code`,
}

// Where a version's contacts were: the counts of now, with every move since taken back.

import type { Pool } from 'pg'
import type { LiveHistory } from '#machines/contracts/insights.ts'
import { run } from '../../db/pool.ts'
import { bounded } from './bounded.ts'
import { MOVED } from './people-of.ts'

/** Contacts whose journals are walked back; beyond them nothing is said rather than something wrong. */
const MOST_CONTACTS = 20_000

export interface CountRow {
  /** Null: as it is now. Else how many of the asked instants lie before the change. */
  bucket: number | null
  /** `$people` counts contacts, `$end`, `$failed` and `$stopped` ended runs. */
  state: string
  change: number
}

interface Question {
  tenantId: string
  workflowId: string
  versionId: string
  /** ISO 8601 instant of the first point. */
  from: string
  /** Seconds between two points. */
  step: number
  points: number
}

type Counts = Record<string, number>

/** The counts at each point, the first one first; null when too much has moved since. */
export async function countsAt(pool: Pool, question: Question): Promise<Counts[] | null> {
  const { tenantId, workflowId, versionId, from, step, points } = question
  const rows = await bounded(pool, tenantId, (db) =>
    run<CountRow>(db, COUNTS, [
      tenantId,
      workflowId,
      from,
      MOST_CONTACTS + 1,
      versionId,
      step,
      points,
    ]),
  )
  return rows && walkBack(rows, points)
}

/** Takes back the changes after each point, beginning with the latest. */
export function walkBack(rows: readonly CountRow[], points: number): Counts[] | null {
  const people = rows.find(({ state }) => state === '$people')?.change ?? 0
  if (people > MOST_CONTACTS) return null
  const counts: Counts = {}
  const known = rows.filter(({ state }) => state !== '$people')
  for (const { bucket, state, change } of known) if (bucket === null) add(counts, state, change)
  const byBucket = Map.groupBy(known, ({ bucket }) => bucket)
  const back: Counts[] = []
  for (let point = points; point > 0; point -= 1) {
    for (const { state, change } of byBucket.get(point) ?? []) add(counts, state, -change)
    back.push(present(counts))
  }
  return back.toReversed()
}

function add(counts: Counts, state: string, change: number): void {
  counts[state] = (counts[state] ?? 0) + change
}

function present(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

/** Without the names under which ended runs are counted. */
export function statesIn(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([state]) => !state.startsWith('$')))
}

export function pointsOf(counts: Counts[], from: string, step: number): LiveHistory['points'] {
  const start = Date.parse(from)
  return counts.map((each, index) => ({
    at: new Date(start + index * step * 1000).toISOString(),
    states: statesIn(each),
  }))
}

/** One statement, so that the counts of now and the changes before now are of one moment. It counts as the line does. */
const COUNTS = {
  name: 'workflow_past_counts',
  isPlannedAnew: true as const,
  text: `with ${MOVED}, changes as (
    select least(ceil(extract(epoch from j.at - $3::timestamptz) / $6::float8), $7::int)::int as bucket, c.value as change
    from moved m
    join journal j on j.tenant_id = $1 and j.contact_id = m.contact_id and j.at > $3::timestamptz
    cross join lateral json_array_elements(j.entry->'runs') c
    where c.value->>'workflowId' = $2
  ), counted as (
    select bucket, s.state, -1 as change from changes
      cross join lateral json_array_elements_text(change->'fromStates') s(state)
      where coalesce(change->>'fromVersionId', change->>'versionId') = $5
    union all
    select bucket, s.state, 1 from changes
      cross join lateral json_array_elements_text(change->'toStates') s(state)
      where change->>'versionId' = $5 and change->>'status' = 'active'
    union all
    select bucket, case change->>'status' when 'done' then '$end' when 'failed' then '$failed' else '$stopped' end, 1
      from changes where change->>'versionId' = $5 and change->>'status' <> 'active'
  )
  select null::int as bucket, state, sum(contacts)::int as change from state_counts
    where tenant_id = $1 and version_id = $5 group by state
  union all
  select bucket, state, sum(change)::int from counted group by bucket, state having sum(change) <> 0
  union all
  select null, '$people', count(*)::int from moved`,
}

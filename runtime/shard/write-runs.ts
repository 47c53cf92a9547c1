// The batch's runs: a row that lasts, written when a run begins, ends or changes its version, and the place where it
// stands, which is all that most Steps change.

import type { RunChange } from '#machines/run/run-state.ts'
import { type Queryable, run } from '../db/pool.ts'
import { sentTogether } from './sent-together.ts'
import type { WorkedContact } from './work-batch.ts'

interface Touched {
  tenantId: string
  contactId: string
  /** The last word on the run. */
  change: RunChange
  /** More than its place changed. */
  isNews: boolean
}

export async function writeRuns(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const touched = collect(contacts)
  const news = touched.filter(({ isNews }) => isNews)
  const active = touched.filter(({ change }) => change.status === 'active')
  const ended = touched.filter(({ change }) => change.status !== 'active')
  await sentTogether([
    news.length > 0 && writeNews(db, news),
    active.length > 0 && writePlaces(db, active),
    ended.length > 0 &&
      run(db, LEAVE, [ended.map(({ tenantId }) => tenantId), ended.map(({ change }) => change.id)]),
  ])
}

function collect(contacts: WorkedContact[]): Touched[] {
  return contacts.flatMap((contact) => {
    const { tenantId, contactId } = contact.work
    const changes = contact.steps.flatMap((step) => step.runs)
    const last = changes.length > 1 ? lastOfEach(changes) : changes
    return last.map((change) => {
      const isNews = changes.some((each) => each.id === change.id && isMoreThanMove(each))
      return { tenantId, contactId, change, isNews }
    })
  })
}

function lastOfEach(changes: readonly RunChange[]): RunChange[] {
  return [...new Map(changes.map((change) => [change.id, change])).values()]
}

function isMoreThanMove({ isNew, status, fromVersionId }: RunChange): boolean {
  return isNew || status !== 'active' || fromVersionId !== undefined
}

async function writeNews(db: Queryable, rows: Touched[]): Promise<void> {
  const ofEnded = (of: (change: RunChange) => string) =>
    rows.map(({ change }) => (change.status === 'active' ? null : of(change)))
  await run(db, RUNS, [
    rows.map(({ tenantId }) => tenantId),
    rows.map(({ change }) => change.id),
    rows.map(({ contactId }) => contactId),
    rows.map(({ change }) => change.workflowId),
    rows.map(({ change }) => change.versionId),
    rows.map(({ change }) => change.triggerEventId),
    rows.map(({ change }) => change.status),
    ofEnded(({ to }) => to),
    ofEnded(({ since }) => since),
    rows.map(({ change }) => change.startedAt),
    rows.map(({ change }) => change.finishedAt),
    rows.map(({ change }) => (change.error ? JSON.stringify(change.error) : null)),
    rows.map(({ change }) => (change.context ? JSON.stringify(change.context) : null)),
  ])
}

async function writePlaces(db: Queryable, rows: Touched[]): Promise<void> {
  await run(db, PLACES, [
    rows.map(({ tenantId }) => tenantId),
    rows.map(({ change }) => change.id),
    rows.map(({ change }) => change.workflowId),
    rows.map(({ change }) => change.to),
    // Node ids have no comma; a list of lists would have to be of equal lengths.
    rows.map(({ change }) => change.toStates.join(',')),
    rows.map(({ change }) => change.since),
  ])
}

const RUNS = {
  name: 'write_runs',
  text: `insert into workflow_runs (tenant_id, id, contact_id, workflow_id, version_id, trigger_event_id,
      status, state, since, started_at, finished_at, error_json, context_json)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::jsonb[], $13::jsonb[])
    on conflict (tenant_id, id) do update set version_id = excluded.version_id, status = excluded.status,
      state = excluded.state, since = excluded.since, finished_at = excluded.finished_at,
      error_json = excluded.error_json, context_json = excluded.context_json`,
}

const PLACES = {
  name: 'write_places',
  text: `insert into run_places (tenant_id, run_id, workflow_id, state, states, since)
    select tenant_id, run_id, workflow_id, state, string_to_array(states, ','), since
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
      as item(tenant_id, run_id, workflow_id, state, states, since)
    on conflict (tenant_id, run_id) do update
      set state = excluded.state, states = excluded.states, since = excluded.since`,
}

const LEAVE = {
  name: 'leave_places',
  text: `delete from run_places p using unnest($1::text[], $2::text[]) as item(tenant_id, run_id)
    where p.tenant_id = item.tenant_id and p.run_id = item.run_id`,
}

// The contacts of a state as CSV, page by page, so that nobody holds them all. A field that a table program would take for
// a formula begins with an apostrophe.

import type { Pool } from 'pg'
import type { StateFilter } from '#machines/contracts/state-acts.ts'
import { run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'

const PAGE = 1_000

interface Row {
  runId: string
  id: string
  name: string | null
  phone: string | null
  email: string | null
  tags: string[]
  state: string
  since: Date
  version: number
}

interface Export {
  tenantId: string
  workflowId: string
  filter: StateFilter
}

export async function* exportContacts(pool: Pool, what: Export): AsyncGenerator<string> {
  yield lineOf([
    'contact_id',
    'name',
    'phone',
    'email',
    'tags',
    'state',
    'since',
    'version',
    'run_id',
  ])
  let after = ''
  for (;;) {
    const rows = await readPage(pool, what, after)
    for (const row of rows) yield csvOf(row)
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.runId
  }
}

function readPage(
  pool: Pool,
  { tenantId, workflowId, filter }: Export,
  after: string,
): Promise<Row[]> {
  const { state, waiting = null, tag = null } = filter
  return inTenantTransaction(pool, tenantId, (db) =>
    run<Row>(db, PAGE_OF, [tenantId, workflowId, state, waiting, tag, after, PAGE]),
  )
}

function csvOf({ id, name, phone, email, tags, state, since, version, runId }: Row): string {
  const written = [tags.join(';'), state, since.toISOString(), String(version), runId]
  return lineOf([id, name ?? '', phone ?? '', email ?? '', ...written])
}

/** One line, quoted where it has to be. */
export function lineOf(fields: readonly string[]): string {
  return `${fields.map(quote).join(',')}\r\n`
}

function quote(field: string): string {
  // A phone number is no formula.
  const isFormula = /^[=@\t\r]|^[+-](?!\d+$)/.test(field)
  const safe = isFormula ? `'${field}` : field
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const PAGE_OF = {
  name: 'export_state_contacts',
  isPlannedAnew: true as const,
  text: `select p.run_id as "runId", c.id, c.name, c.phone_e164 as phone, c.email, c.tags, p.state, p.since, v.number as version
    from run_places p
    join workflow_runs r on r.tenant_id = p.tenant_id and r.id = p.run_id
    join contacts c on c.tenant_id = r.tenant_id and c.id = r.contact_id
    join workflow_versions v on v.tenant_id = r.tenant_id and v.id = r.version_id
    where p.tenant_id = $1 and p.workflow_id = $2
      and (p.state = $3 or (cardinality(p.states) > 1 and $3 = any(p.states)))
      and p.since <= clock_timestamp() - make_interval(secs => coalesce($4::float8, 0))
      and ($5::text is null or c.tags @> array[$5::text])
      and p.run_id > $6
    order by p.run_id limit $7`,
}

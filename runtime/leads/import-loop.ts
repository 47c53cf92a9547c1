// Works imports off, a batch at a time, from rows that lie in the database: whoever dies leaves the rest to the next
// one, and a row's key makes it one lead however often its batch is begun (I2).

import type { Pool } from 'pg'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { ImportOptions } from '#machines/contracts/imports.ts'
import type { LeadArrival } from '../connectors/arrival.ts'
import { inTransaction, run } from '../db/pool.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import type { Acceptor } from '../mailbox/accept.ts'
import { whyUnstorable } from '../mailbox/quarantine.ts'
import {
  type Fate,
  findKnown,
  type ImportPlace,
  noteFates,
  openRows,
  type PlannedRow,
  readRow,
} from './import-rows.ts'

export interface ImportLoopOptions {
  pool: Pool
  acceptor: Acceptor
  logger: Logger
}

const POLL_MS = 1_000
const BATCH = 200
/** An import whose worker is silent for so long is taken over, in seconds. */
const LEASE_SECONDS = 30

/** Creates the loop. */
export function createImportLoop(options: ImportLoopOptions): Loop {
  return createLoop({
    name: 'imports',
    pollMs: POLL_MS,
    logger: options.logger,
    turn: () => importBatch(options),
  })
}

interface ClaimedRow {
  tenant_id: string
  id: string
  source_id: string
  name: string
  columns: string[]
  options: ImportOptions
}

/** One batch of one import. @returns whether there was one */
export async function importBatch(options: ImportLoopOptions): Promise<boolean> {
  const { pool } = options
  const [row] = await run<ClaimedRow>(pool, CLAIM, [LEASE_SECONDS])
  if (!row) return false
  const { tenant_id: tenantId, id: importId, source_id: sourceId, name } = row
  const place = { tenantId, importId, sourceId, name, columns: row.columns, options: row.options }
  const rows = await openRows(pool, place, BATCH)
  const fates = await takeRows(place, rows, options)
  await settle(pool, place, { fates, isLast: rows.length < BATCH })
  return true
}

async function takeRows(
  place: ImportPlace,
  rows: PlannedRow[],
  { pool, acceptor }: ImportLoopOptions,
): Promise<Fate[]> {
  const now = new Date()
  const read = rows.map((row) => readRow(place, row, now))
  const invalid = read.flatMap((one): Fate[] =>
    'lead' in one
      ? []
      : [{ n: one.row.n, outcome: 'invalid', field: one.field, reason: one.reason }],
  )
  const good = read.flatMap((one) => ('lead' in one ? [one] : []))
  const planned = await plan(pool, place, { rows, good })
  const taken = await Promise.all(
    good.map(({ row, lead }) => take(acceptor, place, { lead, n: row.n, planned })),
  )
  return [...invalid, ...taken]
}

interface Good {
  row: { n: number }
  lead: LeadArrival
}

/** Who is new is noted before anything is stored: afterwards everybody is known. */
async function plan(
  pool: Pool,
  place: ImportPlace,
  { rows, good }: { rows: PlannedRow[]; good: Good[] },
): Promise<Map<number, 'new' | 'existing'>> {
  const planned = new Map(
    rows.flatMap(({ n, outcome }) => (outcome ? [[n, outcome] as const] : [])),
  )
  const open = good.filter(({ row }) => !planned.has(row.n))
  if (open.length === 0) return planned
  const known = await findKnown(
    pool,
    place.tenantId,
    open.map(({ lead }) => lead),
  )
  const fates = open.map(({ row: { n }, lead }) => {
    const outcome = known.has(lead) ? ('existing' as const) : ('new' as const)
    planned.set(n, outcome)
    return { n, outcome, field: null, reason: null }
  })
  await noteFates(pool, place, { fates, isSettled: false })
  return planned
}

interface Taking {
  lead: LeadArrival
  n: number
  planned: Map<number, 'new' | 'existing'>
}

/** @throws {FluxoError} DATABASE_UNAVAILABLE, MAILBOX_FULL: the batch begins again later */
async function take(
  acceptor: Acceptor,
  { tenantId }: ImportPlace,
  { lead, n, planned }: Taking,
): Promise<Fate> {
  try {
    const { repeated } = await acceptor.accept(tenantId, lead)
    const outcome = repeated === true ? 'repeated' : (planned.get(n) ?? 'existing')
    return { n, outcome, field: null, reason: null }
  } catch (error) {
    const why = whyUnstorable(error)
    if (why === null && isFluxoError(error) && error.status >= 500) throw error
    const reason = why?.reason ?? (error as Error).message
    return { n, outcome: 'invalid', field: null, reason }
  }
}

async function settle(
  pool: Pool,
  place: ImportPlace,
  { fates, isLast }: { fates: Fate[]; isLast: boolean },
): Promise<void> {
  const count = (outcome: Fate['outcome']): number =>
    fates.filter((fate) => fate.outcome === outcome).length
  await inTransaction(pool, async (db) => {
    if (fates.length > 0) await noteFates(db, place, { fates, isSettled: true })
    await run(db, PROGRESS, [
      place.tenantId,
      place.importId,
      fates.length,
      count('new'),
      count('existing'),
      count('repeated'),
      count('invalid'),
      isLast,
    ])
  })
}

/** Free again at once after a batch: others may take turns. */
const CLAIM = {
  name: 'claim_import',
  text: `with due as (
      select tenant_id, id from imports where status = 'running' and claimed_until <= now()
      order by claimed_until limit 1 for update skip locked)
    update imports i set claimed_until = now() + make_interval(secs => $1::int) from due
    where i.tenant_id = due.tenant_id and i.id = due.id
    returning i.tenant_id, i.id, i.source_id, i.name, i.columns_json as columns, i.options_json as options`,
}

const PROGRESS = {
  name: 'note_import_progress',
  text: `update imports set done = done + $3, claimed_until = now(),
      counts_json = jsonb_build_object(
        'new', coalesce((counts_json->>'new')::int, 0) + $4::int,
        'existing', coalesce((counts_json->>'existing')::int, 0) + $5::int,
        'repeated', coalesce((counts_json->>'repeated')::int, 0) + $6::int,
        'invalid', coalesce((counts_json->>'invalid')::int, 0) + $7::int),
      status = case when $8 and status = 'running' then 'done' else status end,
      finished_at = case when $8 and status = 'running' then now() else finished_at end
    where tenant_id = $1 and id = $2`,
}

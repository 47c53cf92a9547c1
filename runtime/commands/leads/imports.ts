// Imports of lists as people give them: the file is read as it comes into rows of the database, looked at, tried, begun.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import {
  type ImportCounts,
  type ImportDryRun,
  type ImportItem,
  type ImportOptions,
  ImportOptionsSchema,
  type LeadImport,
} from '#machines/contracts/imports.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face.ts'
import type { ImportsFace } from '../../face/leads.ts'
import { createId } from '../../ids.ts'
import { columnsOf, csvLine, readCsv } from '../../leads/csv-reader.ts'
import {
  addRows,
  findKnown,
  type ImportPlace,
  type ImportRow,
  readRow,
  requireColumns,
  rowsAfter,
} from '../../leads/import-rows.ts'
import { writeAudit } from '../audit.ts'
import { requirePaths } from './sources.ts'

const LIMITS = { maxBytes: 50 * 1024 * 1024, maxRows: 100_000 }
const BATCH = 500
const SAMPLE = 8
const SHOWN_PROBLEMS = 100

type Within = <T>(actor: Actor, work: (db: Queryable) => Promise<T>) => Promise<T>

/** Creates the commands of imports. */
export function createImports(pool: Pool): ImportsFace {
  const within: Within = (actor, work) => inTenantTransaction(pool, actor.tenantId, work)
  const change = (actor: Actor, work: (db: Queryable) => Promise<void>, id: string) =>
    within(actor, async (db) => {
      await work(db)
      return getImport(db, actor, id)
    })
  return {
    list: (actor) => within(actor, (db) => listImports(db, actor)),
    get: (actor, id) => within(actor, (db) => getImport(db, actor, id)),
    upload: (actor, name, file) => upload(within, actor, { name, file }),
    dryRun: (actor, id, options) => dryRun(within, actor, { id, options }),
    start: (actor, id, options) => change(actor, (db) => start(db, actor, { id, options }), id),
    cancel: (actor, id) => change(actor, (db) => cancel(db, actor, id), id),
    invalidRows: (actor, id) => invalidRows(within, actor, id),
  }
}

interface ImportRecord {
  id: string
  source_id: string
  name: string
  status: LeadImport['status']
  columns: string[]
  options: unknown
  total: number
  done: number
  counts: Partial<ImportCounts>
  created_at: Date
  finished_at: Date | null
}

async function listImports(db: Queryable, { tenantId }: Actor): Promise<{ items: ImportItem[] }> {
  const rows = await run<ImportRecord>(db, LIST, [tenantId, null])
  return { items: rows.map(itemOf) }
}

async function readRecord(db: Queryable, actor: Actor, id: string): Promise<ImportRecord> {
  const [row] = await run<ImportRecord>(db, LIST, [actor.tenantId, id])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

async function getImport(db: Queryable, actor: Actor, id: string): Promise<LeadImport> {
  const row = await readRecord(db, actor, id)
  const place = { tenantId: actor.tenantId, importId: id }
  const sample = await rowsAfter(db, place, { n: 0, limit: SAMPLE })
  return { ...itemOf(row), sample: sample.map(({ cells }) => cells) }
}

const NO_COUNTS: ImportCounts = { new: 0, existing: 0, repeated: 0, invalid: 0 }

function itemOf(row: ImportRecord): ImportItem {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    columns: row.columns,
    total: row.total,
    done: row.done,
    counts: { ...NO_COUNTS, ...row.counts },
    options: ImportOptionsSchema.safeParse(row.options).data ?? null,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

/** Each batch is a transaction of its own: a large file holds nothing for long. What breaks off stays `uploading`. */
async function upload(
  within: Within,
  actor: Actor,
  { name, file }: { name: string; file: AsyncIterable<Buffer> },
): Promise<LeadImport> {
  const { tenantId } = actor
  const importId = createId('import')
  const place = { tenantId, importId }
  let columns: string[] | null = null
  let rows: ImportRow[] = []
  let total = 0
  const flush = async (): Promise<void> => {
    const batch = rows
    rows = []
    if (batch.length > 0) await within(actor, (db) => addRows(db, place, batch))
  }
  for await (const { line, cells } of readCsv(file, LIMITS)) {
    if (columns === null) {
      columns = columnsOf({ line, cells })
      await within(actor, (db) => create(db, actor, { importId, name }))
      continue
    }
    total += 1
    rows.push({ n: total, line, cells: cells.slice(0, columns.length) })
    if (rows.length === BATCH) await flush()
  }
  if (columns === null || total === 0)
    throw new FluxoError('REQUEST_INVALID', { field: 'file', message: 'The list has no rows' })
  await flush()
  const named = JSON.stringify(columns)
  return within(actor, async (db) => {
    await run(db, READY, [tenantId, importId, named, total])
    return getImport(db, actor, importId)
  })
}

async function create(
  db: Queryable,
  { tenantId, userId }: Actor,
  { importId, name }: { importId: string; name: string },
): Promise<void> {
  const sourceId = createId('source')
  await run(db, SOURCE, [tenantId, sourceId, name.slice(0, 100)])
  await run(db, CREATE, [tenantId, importId, sourceId, name, userId])
}

interface Wanted {
  id: string
  options: ImportOptions
}

async function placeOf(db: Queryable, actor: Actor, { id, options }: Wanted): Promise<ImportPlace> {
  const { source_id: sourceId, name, columns } = await readRecord(db, actor, id)
  const place = { tenantId: actor.tenantId, importId: id, sourceId, name, columns, options }
  requirePaths(options.mapping)
  requireColumns(place)
  return place
}

/** Whom the list would bring, row by row; nothing is written. */
async function dryRun(within: Within, actor: Actor, wanted: Wanted): Promise<ImportDryRun> {
  const place = await within(actor, (db) => placeOf(db, actor, wanted))
  const counts = { ...NO_COUNTS }
  const invalid: ImportDryRun['invalid'] = []
  const seen = new Set<string>()
  const now = new Date()
  let n = 0
  for (;;) {
    const rows = await within(actor, (db) => rowsAfter(db, place, { n, limit: BATCH }))
    if (rows.length === 0) return { counts, invalid }
    n = rows.at(-1)?.n ?? n
    const read = rows.map((row) => readRow(place, row, now))
    const leads = read.flatMap((one) => ('lead' in one ? [one.lead] : []))
    const known = await within(actor, (db) => findKnown(db, actor.tenantId, leads))
    for (const one of read) {
      if (!('lead' in one)) {
        counts.invalid += 1
        const { field, reason, row } = one
        if (invalid.length < SHOWN_PROBLEMS) invalid.push({ line: row.line, field, reason })
        continue
      }
      const { phone, email } = one.lead.address
      const isSeen = [phone, email].some((address) => address !== undefined && seen.has(address))
      for (const address of [phone, email]) if (address !== undefined) seen.add(address)
      counts[isSeen ? 'repeated' : known.has(one.lead) ? 'existing' : 'new'] += 1
    }
  }
}

async function start(db: Queryable, actor: Actor, { id, options }: Wanted): Promise<void> {
  await placeOf(db, actor, { id, options })
  const started = await run(db, START, [actor.tenantId, id, JSON.stringify(options)])
  if (started.length === 0)
    throw new FluxoError('ACTION_NOT_POSSIBLE', {
      message: 'This list is not ready to be imported',
    })
  await writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: 'start_import',
    subject: id,
    reason: '',
    details: { startsWorkflows: options.startsWorkflows },
  })
}

async function cancel(db: Queryable, actor: Actor, id: string): Promise<void> {
  await readRecord(db, actor, id)
  const cancelled = await run(db, CANCEL, [actor.tenantId, id])
  if (cancelled.length === 0)
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'This import is over' })
}

interface InvalidRow extends ImportRow {
  field: string | null
  reason: string | null
}

async function* invalidRows(within: Within, actor: Actor, id: string): AsyncGenerator<string> {
  const { columns } = await within(actor, (db) => readRecord(db, actor, id))
  // Excel takes a file for UTF-8 by this mark alone.
  yield `\uFEFF${csvLine([...columns, 'linha', 'campo', 'motivo'])}`
  let n = 0
  for (;;) {
    const after = n
    const rows = await within(actor, (db) =>
      run<InvalidRow>(db, INVALID, [actor.tenantId, id, after, BATCH]),
    )
    const text = rows.map(({ cells, line, field, reason }) =>
      csvLine([
        ...columns.map((_, index) => cells[index] ?? ''),
        String(line),
        field ?? '',
        reason ?? '',
      ]),
    )
    if (text.length > 0) yield text.join('')
    if (rows.length < BATCH) return
    n = rows.at(-1)?.n ?? n
  }
}

const LIST = {
  name: 'list_imports',
  text: `select id, source_id, name, status, columns_json as columns, options_json as options, total, done,
      counts_json as counts, created_at, finished_at
    from imports where tenant_id = $1 and ($2::text is null and status <> 'uploading' or id = $2)
    order by created_at desc, id desc limit 50`,
}

const SOURCE = {
  name: 'create_import_source',
  text: `insert into lead_sources (tenant_id, id, type, name) values ($1, $2, 'csv', $3)`,
}

const CREATE = {
  name: 'create_import',
  text: `insert into imports (tenant_id, id, source_id, name, status, created_by)
    values ($1, $2, $3, $4, 'uploading', $5)`,
}

const READY = {
  name: 'ready_import',
  text: `update imports set status = 'ready', columns_json = $3::jsonb, total = $4
    where tenant_id = $1 and id = $2`,
}

const START = {
  name: 'start_import',
  text: `update imports set status = 'running', options_json = $3::jsonb, claimed_until = now()
    where tenant_id = $1 and id = $2 and status = 'ready' returning id`,
}

const CANCEL = {
  name: 'cancel_import',
  text: `update imports set status = 'cancelled', finished_at = now()
    where tenant_id = $1 and id = $2 and status in ('ready', 'running') returning id`,
}

const INVALID = {
  name: 'invalid_import_rows',
  text: `select n, line, cells, field, reason from import_rows
    where tenant_id = $1 and import_id = $2 and n > $3 and outcome = 'invalid' order by n limit $4`,
}

// Rows of imported lists: what a mapping makes of one, who is known already, and how rows are kept.

import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import type { ImportOptions } from '#machines/contracts/imports.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { LeadArrival } from '../connectors/arrival.ts'
import { toLead } from '../connectors/intake/lead.ts'
import { type Queryable, run } from '../db/pool.ts'

export interface ImportPlace {
  tenantId: string
  importId: string
  sourceId: string
  name: string
  columns: readonly string[]
  options: ImportOptions
}

export interface ImportRow {
  n: number
  line: number
  cells: string[]
}

export type ReadRow =
  | { row: ImportRow; lead: LeadArrival }
  | { row: ImportRow; field: string | null; reason: string }

/** Twice in a list is one lead, whatever time the import takes; in seconds. */
const WINDOW = 30 * 24 * 3600

/** Makes a row a lead, or says why it can be none. */
export function readRow(place: ImportPlace, row: ImportRow, now: Date): ReadRow {
  const { columns, options, sourceId, importId } = place
  const body = Object.fromEntries(columns.map((column, index) => [column, row.cells[index] ?? '']))
  try {
    const source = { id: sourceId, mapping: options.mapping, windowSeconds: WINDOW }
    const { nonceKey: _nonce, ...lead } = toLead(body, { source, nonce: 'row', now })
    return {
      row,
      lead: withOptions(place, { lead, row, dedupeKey: `import:${importId}:${row.n}` }),
    }
  } catch (error) {
    if (!isFluxoError(error)) throw error
    return { row, field: error.field ?? null, reason: error.message }
  }
}

interface Made {
  lead: LeadArrival
  row: ImportRow
  dedupeKey: string
}

function withOptions(place: ImportPlace, { lead, row, dedupeKey }: Made): LeadArrival {
  const { options, importId, name } = place
  const { proof = options.proof } = (lead.evidence ?? {}) as { proof?: string }
  return {
    ...lead,
    dedupeKey,
    source: lead.source === lead.sourceId ? 'csv' : lead.source,
    contact: { ...lead.contact, fields: fieldsOf(lead.payload, options) },
    payload: { ...lead.payload, import: name, import_id: importId },
    evidence: { importId, line: row.line, proof },
    ...(!options.startsWorkflows && { eventType: 'lead.imported' as const }),
    ...(options.writesFacts && { writesFacts: true as const }),
  }
}

function fieldsOf(payload: JsonObject, { mapping }: ImportOptions): JsonObject {
  const names = mapping.rules.flatMap(({ to }) => (to.startsWith('fields.') ? [to.slice(7)] : []))
  return Object.fromEntries(
    names.flatMap((name) => (payload[name] === undefined ? [] : [[name, payload[name]]])),
  ) as JsonObject
}

/** Which of these leads are people that the tenant knows. */
export async function findKnown(
  db: Queryable,
  tenantId: string,
  leads: readonly LeadArrival[],
): Promise<Set<LeadArrival>> {
  const phones = leads.flatMap(({ address }) => address.phone ?? [])
  const emails = leads.flatMap(({ address }) => address.email ?? [])
  const rows = await run<{ phone: string | null; email: string | null }>(db, KNOWN, [
    tenantId,
    phones,
    emails,
  ])
  const known = new Set(rows.flatMap(({ phone, email }) => [phone, email]))
  return new Set(
    leads.filter(({ address }) => known.has(address.phone ?? '') || known.has(address.email ?? '')),
  )
}

/** Adds rows as they come. */
export async function addRows(
  db: Queryable,
  { tenantId, importId }: Pick<ImportPlace, 'tenantId' | 'importId'>,
  rows: readonly ImportRow[],
): Promise<void> {
  await run(db, ADD, [
    tenantId,
    importId,
    rows.map((row) => row.n),
    rows.map((row) => row.line),
    rows.map((row) => JSON.stringify(row.cells)),
  ])
}

/** Rows after the given one, in order. */
export const rowsAfter = (
  db: Queryable,
  { tenantId, importId }: Pick<ImportPlace, 'tenantId' | 'importId'>,
  { n, limit }: { n: number; limit: number },
): Promise<ImportRow[]> => run<ImportRow>(db, AFTER, [tenantId, importId, n, limit])

export interface PlannedRow extends ImportRow {
  outcome: 'new' | 'existing' | null
}

/** Rows that nobody has settled yet, in order. */
export const openRows = (
  db: Queryable,
  { tenantId, importId }: Pick<ImportPlace, 'tenantId' | 'importId'>,
  limit: number,
): Promise<PlannedRow[]> => run<PlannedRow>(db, OPEN, [tenantId, importId, limit])

export interface Fate {
  n: number
  outcome: 'new' | 'existing' | 'repeated' | 'invalid'
  field: string | null
  reason: string | null
}

/** Notes what became of rows; `isSettled`: for good. */
export async function noteFates(
  db: Queryable,
  { tenantId, importId }: Pick<ImportPlace, 'tenantId' | 'importId'>,
  { fates, isSettled }: { fates: readonly Fate[]; isSettled: boolean },
): Promise<void> {
  await run(db, NOTE, [
    tenantId,
    importId,
    fates.map((fate) => fate.n),
    fates.map((fate) => fate.outcome),
    fates.map((fate) => fate.field),
    fates.map((fate) => fate.reason),
    isSettled,
  ])
}

/** @throws {FluxoError} REQUEST_INVALID for a mapping that names a column which the list has not */
export function requireColumns({
  columns,
  options,
}: Pick<ImportPlace, 'columns' | 'options'>): void {
  for (const [index, { path }] of options.mapping.rules.entries()) {
    const name = /^\$\['([^']+)'\]$|^\$\.([\p{L}_][\p{L}\p{N}_-]*)$/u.exec(path ?? '')
    const column = name?.[1] ?? name?.[2]
    if (column === undefined || columns.includes(column)) continue
    throw new FluxoError('REQUEST_INVALID', {
      field: `mapping.rules[${index}].path`,
      message: `The list has no column ${column}`,
    })
  }
}

const KNOWN = {
  name: 'known_of_import',
  text: `select phone_e164 as phone, email from contacts where tenant_id = $1 and phone_e164 = any($2::text[])
    union all select phone_e164, email from contacts where tenant_id = $1 and email = any($3::text[])`,
}

const ADD = {
  name: 'add_import_rows',
  text: `insert into import_rows (tenant_id, import_id, n, line, cells)
    select $1, $2, n, line, array(select jsonb_array_elements_text(cells))
    from unnest($3::int[], $4::int[], $5::jsonb[]) as item(n, line, cells)`,
}

const AFTER = {
  name: 'import_rows_after',
  text: `select n, line, cells from import_rows where tenant_id = $1 and import_id = $2 and n > $3
    order by n limit $4`,
}

const OPEN = {
  name: 'open_import_rows',
  text: `select n, line, cells, outcome from import_rows
    where tenant_id = $1 and import_id = $2 and not is_settled order by n limit $3`,
}

const NOTE = {
  name: 'note_import_rows',
  text: `update import_rows r set outcome = item.outcome, field = item.field, reason = left(item.reason, 500),
      is_settled = $7
    from unnest($3::int[], $4::text[], $5::text[], $6::text[]) as item(n, outcome, field, reason)
    where r.tenant_id = $1 and r.import_id = $2 and r.n = item.n`,
}

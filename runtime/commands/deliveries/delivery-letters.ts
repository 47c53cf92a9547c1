// Dead letters as they are listed and looked at: what, to whom, why, and the way out.

import type {
  LetterDetail,
  LetterFilter,
  LetterItem,
  LetterQuery,
} from '#machines/contracts/deliveries.ts'
import type { Command } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { editablePayload } from '#machines/contracts/payload-schema.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor, Page } from '../../face.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { commandPreview, payloadPreview } from './delivery-preview.ts'
import { wayOutOf, whyOf } from './delivery-words.ts'

/** A letter's body: an effect's command, or the whole envelope. */
export type LetterBody = { kind: string; command: Command } | Envelope

interface LetterRow {
  id: string
  kind: 'effect' | 'envelope'
  body: LetterBody
  contact_id: string
  name: string | null
  phone: string | null
  run_id: string | null
  node_id: string | null
  workflow_id: string | null
  workflow_name: string | null
  code: string
  reason: string
  failed_at: Date
  attempts: number
  is_uncertain: boolean
  resolution: LetterItem['resolution']
  position: string
}

interface DetailRow extends LetterRow {
  original: LetterBody | null
  replays: number
  created_at: Date
  resolved_at: Date | null
  correlation_id: string | null
  waiting_behind: number
}

/** Newest failure first. */
export async function listLetters(
  db: Queryable,
  actor: Actor,
  query: LetterQuery,
): Promise<Page<LetterItem>> {
  const [failedAt, id] = readCursor(query.cursor, 2)
  const rows = await run<LetterRow>(db, LIST, [
    actor.tenantId,
    ...filterValues(query),
    query.state,
    failedAt,
    id,
    query.limit + 1,
  ])
  return pageOf(rows, query.limit, { item: itemOf, key: (row) => [row.position, row.id] })
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND, also for a letter of another tenant */
export async function getLetter(db: Queryable, actor: Actor, id: string): Promise<LetterDetail> {
  const [row] = await run<DetailRow>(db, GET, [actor.tenantId, id])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return {
    ...itemOf(row),
    wayOut: wayOutOf(row.code),
    message: row.reason,
    content: contentOf(row.body),
    original: row.original && contentOf(row.original),
    editable: isEditable(row.body),
    waitingBehind: row.waiting_behind,
    replays: row.replays,
    createdAt: row.created_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    correlationId: 'command' in row.body ? row.correlation_id : row.body.correlation_id,
  }
}

/** What a person may look at and change of it. */
export function contentOf(body: LetterBody): JsonObject {
  return 'command' in body ? (body.command as unknown as JsonObject) : body.payload
}

function isEditable(body: LetterBody): boolean {
  return 'command' in body || editablePayload(body.type) !== null
}

function itemOf(row: LetterRow): LetterItem {
  const { body } = row
  const isEffect = 'command' in body
  return {
    id: row.id,
    kind: row.kind,
    what: isEffect ? body.kind : body.type,
    preview: isEffect ? commandPreview(body.command) : payloadPreview(body.payload),
    contactId: row.contact_id,
    name: row.name,
    phone: row.phone,
    runId: row.run_id,
    nodeId: row.node_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    code: row.code,
    why: whyOf(row.code, row.reason),
    failedAt: row.failed_at.toISOString(),
    attempts: row.attempts,
    uncertain: row.is_uncertain,
    resolution: row.resolution,
  }
}

/** Values of `LETTER_FILTER`, in its order. */
export function filterValues(filter: LetterFilter): (string | null)[] {
  const { kind, code, workflow, contact, since, until } = filter
  return [kind, code, workflow, contact, since, until].map((value) => value ?? null)
}

/** Of letters `d` with their runs `r`; parameters $2 to $7. */
export const LETTER_FILTER = `($2::text is null or d.kind = $2) and ($3::text is null or d.code = $3)
    and ($4::text is null or r.workflow_id = $4) and ($5::text is null or d.contact_id = $5)
    and ($6::timestamptz is null or d.failed_at >= $6) and ($7::timestamptz is null or d.failed_at < $7)`

const COLUMNS = `d.id, d.kind, d.body, d.contact_id, c.name, c.phone_e164 as phone, d.run_id, d.node_id,
    r.workflow_id, w.name as workflow_name, d.code, d.reason, d.failed_at, d.attempts, d.is_uncertain,
    case when d.resolved_at is not null then coalesce(d.resolution, 'dropped') end as resolution,
    d.failed_at::text as position`

const TABLES = `from dead_letters d
    left join contacts c on c.tenant_id = d.tenant_id and c.id = d.contact_id
    left join workflow_runs r on r.tenant_id = d.tenant_id and r.id = d.run_id
    left join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id`

const LIST = {
  name: 'list_dead_letters',
  text: `select ${COLUMNS} ${TABLES}
    where d.tenant_id = $1 and ${LETTER_FILTER}
      and case $8::text when 'open' then d.resolved_at is null when 'resolved' then d.resolved_at is not null
        else true end
      and ($9::timestamptz is null or (d.failed_at, d.id) < ($9, $10::text))
    order by d.failed_at desc, d.id desc limit $11`,
}

const GET = {
  name: 'get_dead_letter',
  text: `select ${COLUMNS}, d.original, d.replays, d.created_at, d.resolved_at,
      d.correlation_id,
      case when d.kind = 'envelope' then (
        select count(*)::int from mailbox m join mailbox parked
          on parked.tenant_id = m.tenant_id and parked.contact_id = m.contact_id and parked.id < m.id
        where parked.tenant_id = d.tenant_id and parked.contact_id = d.contact_id
          and parked.parked_at is not null and strpos(parked.envelope::text, to_json(d.id)::text) > 0) else 0 end as waiting_behind
    ${TABLES} where d.tenant_id = $1 and d.id = $2`,
}

// What a source was sent last: shown, tried against a mapping, and taken again once the mapping is right.

import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError, isFluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject, type JsonObject } from '#machines/contracts/json.ts'
import type {
  LeadPreview,
  MappingTest,
  MappingTestRequest,
  SourcePayload,
} from '#machines/contracts/sources.ts'
import type { WebhookReply } from '#machines/contracts/api.ts'
import type { Arrival, LeadArrival } from '../../connectors/arrival.ts'
import { toEvent } from '../../connectors/intake/event.ts'
import { toLead } from '../../connectors/intake/lead.ts'
import { maskPayload } from '../../connectors/intake/mask.ts'
import { parseStrictBody } from '../../connectors/json-body.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor, Role } from '../../face.ts'
import { createEventTypes } from '../webhooks/event-types.ts'
import { getSource, type SourceRow } from './source-records.ts'
import type { SourcesOptions } from './sources-options.ts'

/** Who sets sources up sees what they send; everybody else sees its shape. */
const CLEAR: ReadonlySet<Role> = new Set<Role>(['owner', 'admin', 'builder'])

interface PayloadRow {
  id: string
  body: Buffer
  bytes: number
  outcome: SourcePayload['outcome']
  code: string | null
  field: string | null
  reason: string | null
  event_id: string | null
  received_at: Date
}

/** The latest 20, newest first. */
export async function listPayloads(
  db: Queryable,
  actor: Actor,
  id: string,
): Promise<{ items: SourcePayload[] }> {
  await getSource(db, actor.tenantId, id)
  const rows = await run<PayloadRow>(db, LIST, [actor.tenantId, id])
  const masked = !CLEAR.has(actor.role)
  return { items: rows.map((row) => payloadItem(row, masked)) }
}

function payloadItem(row: PayloadRow, masked: boolean): SourcePayload {
  const body = readKept(row.body)
  return {
    id: row.id,
    receivedAt: row.received_at.toISOString(),
    outcome: row.outcome,
    code: row.code,
    field: row.field,
    // A refusal may cite what it refuses.
    reason: masked ? null : row.reason,
    eventId: row.event_id,
    bytes: row.bytes,
    body: body && masked ? maskPayload(body) : body,
    masked,
  }
}

function readKept(body: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

interface Trial {
  actor: Actor
  id: string
  request: MappingTestRequest
}

/** What a mapping makes of a payload; what is wrong with it is part of the answer. */
export async function testMapping(
  db: Queryable,
  { actor, id, request }: Trial,
): Promise<MappingTest> {
  const row = await getSource(db, actor.tenantId, id)
  const body = request.body ?? (await keptBody(db, { actor, id, payloadId: request.payloadId }))
  const mapping = request.mapping === undefined ? row.mapping : request.mapping
  try {
    const source = { id, ...(mapping && { mapping }) }
    const lead = toLead(body, { source, nonce: 'test', now: new Date() })
    return { ok: true, lead: previewOf(lead) }
  } catch (error) {
    if (!isFluxoError(error)) throw error
    const { code, message, field = null } = error
    return { ok: false, field, code, message }
  }
}

function previewOf(lead: LeadArrival): LeadPreview {
  const { contact, address, payload } = lead
  const message = payload['message']
  return {
    name: contact.name ?? null,
    phone: address.phone ?? null,
    email: address.email ?? null,
    externalId: lead.externalId,
    eventId: lead.eventId,
    source: lead.source === lead.sourceId ? null : lead.source,
    message: typeof message === 'string' ? message : null,
    tags: contact.tags ?? [],
    consents: contact.consents ?? {},
    payload: Object.fromEntries(Object.entries(payload).filter(([key]) => key !== 'raw')),
  }
}

interface Kept {
  actor: Actor
  id: string
  payloadId: string | undefined
}

async function keptBody(db: Queryable, { actor, id, payloadId }: Kept): Promise<JsonObject> {
  if (payloadId === undefined)
    throw new FluxoError('REQUEST_INVALID', { field: 'body', message: 'Give a payload or its id' })
  const row = await getPayload(db, { actor, id, payloadId })
  const body = readKept(row.body)
  if (body) return body
  throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'This payload was not kept whole' })
}

async function getPayload(db: Queryable, { actor, id, payloadId }: Kept): Promise<PayloadRow> {
  const [row] = await run<PayloadRow>(db, GET, [actor.tenantId, id, payloadId])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

/**
 * Takes a payload that was refused as if it came now; once only, however often it is asked for.
 * @throws {FluxoError} RESOURCE_NOT_FOUND, ACTION_NOT_POSSIBLE; as the webhook when it is still refused
 */
export async function replayPayload(
  { pool, acceptor, payloads }: SourcesOptions,
  kept: Kept & { payloadId: string },
): Promise<WebhookReply> {
  const { actor, id, payloadId } = kept
  await payloads.flush()
  const { arrival, bytes } = await inTenantTransaction(pool, actor.tenantId, async (db) => {
    const source = await getSource(db, actor.tenantId, id)
    const row = await getPayload(db, kept)
    if (row.outcome === 'accepted')
      throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'This payload was accepted already' })
    return { arrival: arrivalOf(source, row), bytes: row.bytes }
  })
  if (arrival.type === 'event')
    await createEventTypes(pool).require(actor.tenantId, arrival.eventType)
  const { duplicate, eventId, contactId } = await acceptor.accept(actor.tenantId, arrival, bytes)
  await inTenantTransaction(pool, actor.tenantId, (db) =>
    run(db, ACCEPTED, [actor.tenantId, id, payloadId, eventId]),
  )
  return {
    accepted: !duplicate,
    duplicate,
    ...(eventId !== null && { eventId }),
    ...(contactId !== null && { contactId }),
  }
}

/** The payload's own id stands in for the nonce: it was proven when it came. */
function arrivalOf(row: SourceRow, payload: PayloadRow): Arrival {
  const body = parseStrictBody(payload.body, MAX_EVENT_BYTES)
  const source = {
    id: row.id,
    unknownContact: row.unknown_contact,
    ...(row.mapping && { mapping: row.mapping }),
    windowSeconds: row.window_seconds,
  }
  const context = { source, nonce: `replay-${payload.id}`, now: payload.received_at }
  const isEvent = row.type === 'events' || isEventBody(body, row)
  return isEvent ? toEvent(body, context) : toLead(body, context)
}

/** A source of leads may tell of events too: those name their contact in an object. */
const isEventBody = (body: JsonObject, { mapping }: SourceRow): boolean =>
  mapping === null && isJsonObject(body['contact']) && typeof body['type'] === 'string'

const COLUMNS = `id, body, bytes, outcome, code, field, reason, event_id, received_at from source_payloads
    where tenant_id = $1 and source_id = $2`

const LIST = {
  name: 'list_source_payloads',
  text: `select ${COLUMNS} order by id desc limit 20`,
}

const GET = { name: 'get_source_payload', text: `select ${COLUMNS} and id = $3` }

const ACCEPTED = {
  name: 'accept_source_payload',
  text: `update source_payloads set outcome = 'accepted', event_id = $4, code = null, field = null, reason = null
    where tenant_id = $1 and source_id = $2 and id = $3`,
}

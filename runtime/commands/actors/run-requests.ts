// Runs that a person or another system asks for: an envelope `run.requested` for exactly one workflow and contact.

import type { Pool } from 'pg'
import type { Consents } from '#machines/contracts/contact.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { RunRequest, RunRequestReply } from '#machines/contracts/run-request.ts'
import { mistypedName, ValueTypesSchema } from '#machines/nodes/value-types.ts'
import { normalizePhone } from '../../connectors/phone.ts'
import { Contact } from '../../db/entities/contact.ts'
import { WorkflowVersion } from '../../db/entities/workflow-version.ts'
import { Workflow } from '../../db/entities/workflow.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import { inTransaction, type Queryable, run } from '../../db/pool.ts'
import type { Actor, Runtime } from '../../face.ts'
import { createId } from '../../ids.ts'
import { factsWith } from '../../mailbox/contact-facts.ts'
import { enqueueEnvelopes } from '../../mailbox/enqueue.ts'
import { shardOf } from '../../shard/shard-of.ts'
import { writeAudit } from '../audit.ts'

type Request = RunRequest & { idempotencyKey?: string | undefined }

/** Creates the command that asks for runs. */
export function createRunRequests(orm: Orm, pool: Pool): Runtime['runs'] {
  return {
    request: async (actor, workflowId, request) => {
      const payload = { ...request.payload, workflowId }
      const facts = await inTenant(orm, actor.tenantId, async (records) => {
        await requireStartable(records, { actor, workflowId, payload })
        return findContact(records, actor, request)
      })
      const envelope = envelopeOf(actor, facts, payload)
      return inTransaction(pool, (db) => store(db, { actor, workflowId, envelope, request }))
    },
  }
}

interface Wanted {
  actor: Actor
  workflowId: string
  payload: JsonObject
}

async function requireStartable(
  records: Records,
  { actor: { tenantId }, workflowId, payload }: Wanted,
): Promise<void> {
  const workflow = await records.findOne(Workflow, { tenantId, id: workflowId })
  if (!workflow) throw new FluxoError('RESOURCE_NOT_FOUND')
  const id = workflow.archivedAt ? null : workflow.publishedVersionId
  const version = id ? await records.findOne(WorkflowVersion, { tenantId, id }) : null
  if (!version) throw new FluxoError('WORKFLOW_NOT_PUBLISHED')
  const trigger = triggerOf(version.definition)
  if (trigger['type'] !== 'manual') {
    const message = 'The published workflow is not started by request: its trigger is not manual'
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  const types = ValueTypesSchema.safeParse(trigger['input'] ?? {})
  const wrong = types.success ? mistypedName(payload, types.data) : null
  if (wrong !== null) {
    const message = `The workflow needs ${wrong}, of the type that its trigger names`
    throw new FluxoError('REQUEST_INVALID', { field: `payload.${wrong}`, message })
  }
}

function triggerOf(definition: Json): JsonObject {
  const trigger = isJsonObject(definition) ? (definition['trigger'] ?? null) : null
  return isJsonObject(trigger) ? trigger : {}
}

type Facts = Pick<Envelope, 'contact_id' | 'contact'>

/** @throws {FluxoError} RESOURCE_NOT_FOUND, CONTACT_UNKNOWN, CONTACT_ADDRESS_INVALID */
async function findContact(
  records: Records,
  { tenantId }: Actor,
  { contactId, phone: written, email }: RunRequest,
): Promise<Facts> {
  const phone = written === undefined ? undefined : normalizePhone(written)
  if (phone === null) throw new FluxoError('CONTACT_ADDRESS_INVALID', { field: 'phone' })
  const address = phone === undefined ? { email: email?.trim().toLowerCase() ?? '' } : { phone }
  const where = contactId === undefined ? address : { id: contactId }
  const found = await personOf(records, { tenantId, ...where })
  if (!found)
    throw new FluxoError(contactId === undefined ? 'CONTACT_UNKNOWN' : 'RESOURCE_NOT_FOUND')
  const { id, name = null, tags, fields } = found
  const facts = { name, phone: found.phone ?? null, email: found.email ?? null, tags, fields }
  const [row]: { consents: Consents }[] = await records.execute(CONSENTS, [tenantId, id])
  return { contact_id: id, contact: factsWith(facts, row?.consents ?? {}) }
}

/** Whoever became another contact is that one. */
async function personOf(records: Records, where: { tenantId: string } & object) {
  const { tenantId } = where
  const named = await records.findOne(Contact, where)
  if (!named?.mergedInto) return named
  return records.findOne(Contact, { tenantId, id: named.mergedInto })
}

function envelopeOf({ tenantId, userId }: Actor, facts: Facts, payload: JsonObject): Envelope {
  const eventId = createId('event')
  return {
    event_id: eventId,
    tenant_id: tenantId,
    ...facts,
    type: 'run.requested',
    source: userId,
    occurred_at: new Date().toISOString(),
    correlation_id: eventId,
    payload,
  }
}

interface Order {
  actor: Actor
  workflowId: string
  envelope: Envelope
  request: Request
}

/** I2: the key is claimed in the transaction that stores the event, so one of two equal requests finds the other. */
async function store(
  db: Queryable,
  { actor, workflowId, envelope, request }: Order,
): Promise<RunRequestReply> {
  const { event_id: eventId, contact_id: contactId, tenant_id: tenantId } = envelope
  const { idempotencyKey } = request
  if (idempotencyKey !== undefined) {
    const key = `run:${workflowId}:${idempotencyKey}`
    const claimed = await run(db, CLAIM, [tenantId, key, eventId])
    if (claimed.length === 0) return repeated(db, envelope, key)
  }
  const { source, occurred_at: at, payload } = envelope
  await run(db, EVENT, [tenantId, eventId, source, contactId, JSON.stringify(payload), at])
  await writeAudit(db, actor, {
    id: eventId.replace(/^evt_/, 'aud_'),
    action: 'request_run',
    subject: contactId,
    reason: '',
    details: { workflowId },
  })
  await enqueueEnvelopes(db, [{ envelope, shard: shardOf(tenantId, contactId) }])
  return { accepted: true, duplicate: false, eventId, contactId }
}

/** @throws {FluxoError} IDEMPOTENCY_KEY_REUSED when the first request asked for something else */
async function repeated(db: Queryable, envelope: Envelope, key: string): Promise<RunRequestReply> {
  const { tenant_id: tenantId, contact_id: contactId, payload } = envelope
  const [first] = await run<{ id: string }>(db, FIRST, [
    tenantId,
    key,
    contactId,
    JSON.stringify(payload),
  ])
  if (!first) throw new FluxoError('IDEMPOTENCY_KEY_REUSED', { field: 'Idempotency-Key' })
  return { accepted: true, duplicate: true, eventId: first.id, contactId }
}

const CONSENTS = 'select consents_json as consents from contacts where tenant_id = ? and id = ?'

const CLAIM = {
  name: 'claim_run_key',
  text: `insert into accepted_keys (tenant_id, key, event_id) values ($1, $2, $3)
    on conflict do nothing returning key`,
}

const EVENT = {
  name: 'store_run_request',
  text: `insert into events
      (tenant_id, id, type, source, contact_id, payload_json, correlation_id, occurred_at)
    values ($1, $2, 'run.requested', $3, $4, $5::jsonb, $2, $6::timestamptz)`,
}

const FIRST = {
  name: 'first_run_request',
  text: `select e.id from accepted_keys k join events e on e.tenant_id = k.tenant_id and e.id = k.event_id
    where k.tenant_id = $1 and k.key = $2 and e.contact_id = $3 and e.payload_json = $4::jsonb`,
}

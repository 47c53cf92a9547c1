// `POST /webhooks/leads`: one signed body, flat or the seed's envelope, to one LeadArrival.

import { z } from 'zod'
import { ConsentsSchema } from '#machines/contracts/contact.ts'
import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { LeadMapping } from '#machines/contracts/sources.ts'
import type { Address, LeadArrival } from '../arrival.ts'
import { parseStrictBody } from '../json-body.ts'
import { touchOfLead } from '../touch.ts'
import { authenticate } from './authenticate.ts'
import {
  AddressFieldsSchema,
  InstantSchema,
  OutsideIdSchema,
  parseFields,
  type Place,
  readAddress,
  withoutBlanks,
} from './fields.ts'
import { applyMapping } from './mapping.ts'
import type { IntakeRequest, IntakeSource } from './source.ts'
import { TagsSchema } from './tags.ts'

const LeadFieldsSchema = AddressFieldsSchema.extend({
  event_id: OutsideIdSchema.optional(),
  external_id: OutsideIdSchema.optional(),
  source: z.string().trim().max(100).optional(),
  occurred_at: InstantSchema.optional(),
  name: z.string().trim().max(300).optional(),
  tags: TagsSchema.default([]),
  message: z.string().optional(),
  /** What the form's boxes said, by purpose: `{"marketing": true}`. Of another shape it is a field like any other. */
  consents: ConsentsSchema.optional().catch(undefined),
})
type LeadFields = z.infer<typeof LeadFieldsSchema>

const KNOWN = new Set([...Object.keys(LeadFieldsSchema.shape), 'raw'])
/** Most that is repeated beside `raw`, for workflows to read as `$.payload.<field>`; in characters. */
const LONGEST_FLAT_TEXT = 2000
const MOST_FLAT_TEXT = 16_384

/**
 * Reads a lead.
 *
 * Body: flat fields `{event_id?, external_id?, source?, occurred_at?, name?, phone_e164|phone?,
 * email?, tags?, consents?, message?, …}` or the envelope `{event_id?, type:"lead.captured", source?,
 * occurred_at?, payload:{…}}`. Fields that we do not know are kept: all of them in `payload.raw`,
 * short plain ones as `payload.<field>` too.
 *
 * @throws {FluxoError} as `authenticate` and `parseStrictBody`; WEBHOOK_SOURCE_UNKNOWN for a source
 *   of events, WEBHOOK_EVENT_ID_MISSING, EVENT_TYPE_UNKNOWN, CONTACT_ADDRESS_INVALID with the field.
 */
export function readLead(request: IntakeRequest, source: IntakeSource, now: Date): LeadArrival {
  if (source.kind !== 'leads') throw new FluxoError('WEBHOOK_SOURCE_UNKNOWN')
  const { nonce } = authenticate(request, source, now)
  const body = parseStrictBody(request.rawBody, MAX_EVENT_BYTES)
  return toLead(body, { source, nonce, now })
}

interface LeadContext {
  source: Pick<IntakeSource, 'id' | 'mapping' | 'windowSeconds'>
  /** What makes it one lead where it has no id of its own; null: it needs one. */
  nonce: string | null
  now: Date
}

/**
 * Makes a lead of a body that is proven, by the source's mapping where it has one.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID, WEBHOOK_EVENT_ID_MISSING, EVENT_TYPE_UNKNOWN, CONTACT_ADDRESS_INVALID with the field
 */
export function toLead(body: JsonObject, { source, nonce, now }: LeadContext): LeadArrival {
  const lead = source.mapping ? mapped(body, source.mapping) : flatten(body)
  const fields = parseFields(LeadFieldsSchema, withoutBlanks(pickKnown(lead.fields)), lead.place)
  const address = readLeadAddress(fields, lead.place)
  const touch = touchOfLead(lead.fields)
  return {
    type: 'lead',
    sourceId: source.id,
    eventId: fields.event_id ?? null,
    externalId: fields.external_id ?? null,
    dedupeKey: dedupeKeyOf(source.id, fields, nonce),
    ...(nonce !== null && { nonceKey: `nonce:${source.id}:${nonce}` }),
    occurredAt: fields.occurred_at ?? now.toISOString(),
    source: fields.source ?? source.id,
    address,
    contact: {
      ...(fields.name && { name: fields.name }),
      ...address,
      tags: fields.tags,
      ...(fields.consents && { consents: fields.consents }),
    },
    payload: payloadOf(fields, { address, rest: lead.fields, raw: lead.raw }),
    ...(source.windowSeconds && { windowSeconds: source.windowSeconds }),
    ...(touch && { touch }),
    ...(lead.raw &&
      lead.fields['proof'] !== undefined && { evidence: { proof: lead.fields['proof'] } }),
  }
}

/** What a mapping found, and the whole body as `raw`. */
function mapped(body: JsonObject, mapping: LeadMapping): FlatLead {
  const { fields, pathOf } = applyMapping(body, mapping)
  return { fields, place: pathOf, raw: body }
}

interface FlatLead {
  fields: JsonObject
  place: Place
  /** Left out: the fields that we do not know. */
  raw?: JsonObject
}

function flatten(body: JsonObject): FlatLead {
  const { type, payload, ...rest } = body
  if (!isJsonObject(payload)) {
    // A flat lead may carry the envelope's `type`; any other `type` is a field of the lead.
    return { fields: type === 'lead.captured' ? omit(body, 'type') : body, place: (field) => field }
  }
  if (type !== 'lead.captured') {
    throw new FluxoError('EVENT_TYPE_UNKNOWN', {
      message: 'type must be lead.captured',
      field: 'type',
    })
  }
  const outer = omit(withoutBlanks(rest), 'tenant_id', 'correlation_id')
  return {
    fields: { ...payload, ...outer },
    place: (field) => (Object.hasOwn(outer, field) ? field : `payload.${field}`),
  }
}

function omit(object: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

function pickKnown(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => KNOWN.has(key)))
}

function readLeadAddress(fields: LeadFields, place: Place): Address {
  const address = readAddress(fields, place)
  if (address.phone !== undefined || address.email !== undefined) return address
  const message = 'The lead needs a phone number or an e-mail address'
  throw new FluxoError('CONTACT_ADDRESS_INVALID', { message, field: place('phone') })
}

function dedupeKeyOf(sourceId: string, fields: LeadFields, nonce: string | null): string {
  if (fields.event_id !== undefined) return `lead:${sourceId}:${unambiguous(fields.event_id)}`
  if (nonce === null) throw new FluxoError('WEBHOOK_EVENT_ID_MISSING', { field: 'event_id' })
  return fields.external_id === undefined
    ? `lead:${sourceId}:nonce:${nonce}`
    : `lead:${sourceId}:ext:${fields.external_id}`
}

/** An event id that looks like one of the other two kinds of key must not become one. */
function unambiguous(eventId: string): string {
  return /^(id|ext|nonce):/.test(eventId) ? `id:${eventId}` : eventId
}

function payloadOf(
  fields: LeadFields,
  { address, rest, raw }: { address: Address; rest: JsonObject; raw: JsonObject | undefined },
): JsonObject {
  const others = Object.entries(rest).filter(([key]) => !KNOWN.has(key) || key === 'consents')
  const given = rest['raw']
  return {
    ...flatOf(others),
    ...(fields.name && { name: fields.name }),
    ...(address.phone !== undefined && { phone_e164: address.phone }),
    ...(address.email !== undefined && { email: address.email }),
    ...(fields.message !== undefined && { message: fields.message }),
    ...(fields.source !== undefined && { source: fields.source }),
    ...(fields.external_id !== undefined && { external_id: fields.external_id }),
    ...(fields.consents && { consents: fields.consents }),
    tags: fields.tags,
    raw: raw ?? {
      ...(isJsonObject(given) ? given : given === undefined ? {} : { raw: given }),
      ...Object.fromEntries(others),
    },
  }
}

function flatOf(others: [string, Json][]): JsonObject {
  const flat = Object.fromEntries(others.filter(([, value]) => isFlat(value)))
  return JSON.stringify(flat).length > MOST_FLAT_TEXT ? {} : flat
}

function isFlat(value: Json): boolean {
  return typeof value === 'string' ? value.length <= LONGEST_FLAT_TEXT : typeof value !== 'object'
}

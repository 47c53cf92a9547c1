// `POST /webhooks/events`: one signed body, what happened to a contact, to one EventArrival.

import { z } from 'zod'
import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { EVENT_TYPE_PATTERN, isTenantEventType } from '#machines/contracts/event.ts'
import { isJsonObject, type JsonObject, JsonObjectSchema } from '#machines/contracts/json.ts'
import type { Address, EventArrival } from '../arrival.ts'
import { parseStrictBody } from '../json-body.ts'
import { authenticate } from './authenticate.ts'
import {
  AddressFieldsSchema,
  InstantSchema,
  OutsideIdSchema,
  parseFields,
  readAddress,
  withoutBlanks,
} from './fields.ts'
import type { IntakeRequest, IntakeSource } from './source.ts'

const EventFieldsSchema = z.object({
  event_id: OutsideIdSchema.optional(),
  type: z.string(),
  source: z.string().trim().max(100).optional(),
  occurred_at: InstantSchema.optional(),
  contact: AddressFieldsSchema.extend({ external_id: OutsideIdSchema.optional() }),
  payload: JsonObjectSchema.default({}),
})

/**
 * Reads an event: `{event_id, type, occurred_at?, contact:{phone_e164|phone?, email?, external_id?},
 * payload?}`. `type` is the tenant's own, such as `purchase.approved`.
 *
 * @throws {FluxoError} as `authenticate` and `parseStrictBody`; WEBHOOK_EVENT_ID_MISSING,
 *   EVENT_TYPE_UNKNOWN, CONTACT_ADDRESS_INVALID with the field.
 */
export function readEvent(request: IntakeRequest, source: IntakeSource, now: Date): EventArrival {
  const { nonce } = authenticate(request, source, now)
  const body = parseStrictBody(request.rawBody, MAX_EVENT_BYTES)
  return toEvent(body, { source, nonce, now })
}

interface EventContext {
  source: Pick<IntakeSource, 'id' | 'unknownContact'>
  nonce: string | null
  now: Date
}

/**
 * Makes an event of a body that is proven.
 * @throws {FluxoError} WEBHOOK_BODY_INVALID, WEBHOOK_EVENT_ID_MISSING, EVENT_TYPE_UNKNOWN, CONTACT_ADDRESS_INVALID with the field
 */
export function toEvent(given: JsonObject, { source, nonce, now }: EventContext): EventArrival {
  const body = withoutBlanks(given)
  const fields = parseFields(EventFieldsSchema, withContact(body))
  if (fields.event_id === undefined) {
    const message = 'event_id is missing'
    throw new FluxoError('WEBHOOK_EVENT_ID_MISSING', { message, field: 'event_id' })
  }
  requireTenantType(fields.type)
  return {
    type: 'event',
    sourceId: source.id,
    eventId: fields.event_id,
    eventType: fields.type,
    dedupeKey: `event:${source.id}:${fields.event_id}`,
    ...(nonce !== null && { nonceKey: `nonce:${source.id}:${nonce}` }),
    occurredAt: fields.occurred_at ?? now.toISOString(),
    source: fields.source ?? source.id,
    address: readEventAddress(fields.contact),
    unknownContact: source.unknownContact,
    payload: fields.payload,
  }
}

function withContact(body: JsonObject): JsonObject {
  const { contact } = body
  return isJsonObject(contact) ? { ...body, contact: withoutBlanks(contact) } : body
}

function requireTenantType(type: string): void {
  if (isTenantEventType(type)) return
  const isWord = EVENT_TYPE_PATTERN.test(type)
  const instead = type === 'lead.captured' ? '; leads go to /webhooks/leads' : ''
  const message = isWord
    ? `${type} is an event of the platform itself${instead}`
    : 'type must be dotted lower-case words, such as purchase.approved'
  throw new FluxoError('EVENT_TYPE_UNKNOWN', { message, field: 'type' })
}

function readEventAddress(contact: z.infer<typeof EventFieldsSchema>['contact']): Address {
  const address: Address = {
    ...readAddress(contact, (field) => `contact.${field}`),
    ...(contact.external_id !== undefined && { externalId: contact.external_id }),
  }
  if (Object.keys(address).length > 0) return address
  const message = 'contact needs phone_e164, email or external_id'
  throw new FluxoError('CONTACT_ADDRESS_INVALID', { message, field: 'contact' })
}

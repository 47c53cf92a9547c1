// Envelopes that no Step can be made of, among others of the same contact: they are parked and hold up nobody else.

import type { Server } from '../server/types.ts'
import { createId } from '../../ids.ts'
import { shardOf } from '../../shard/shard-of.ts'
import { type SimulatedTenant, writeDirectly } from './tenants.ts'

export const POISON_SOURCE = 'poison'

/** Writes a contact whose second envelope is poison. */
export function writePoison(server: Server, { id: tenantId }: SimulatedTenant): void {
  const contactId = createId('contact')
  const shard = shardOf(tenantId, contactId)
  writeDirectly(server, 'insert into contacts (tenant_id, id, shard) values ($1, $2, $3)', [
    tenantId,
    contactId,
    shard,
  ])
  const types = ['before.poison', 'timer.fired', 'after.poison']
  const envelopes = types.map((type) => envelopeOf(tenantId, contactId, type))
  for (const envelope of envelopes)
    writeDirectly(
      server,
      'insert into mailbox (tenant_id, contact_id, shard, envelope) values ($1, $2, $3, $4)',
      [tenantId, contactId, shard, JSON.stringify(envelope)],
    )
}

function envelopeOf(tenantId: string, contactId: string, type: string): unknown {
  const eventId = createId('event')
  return {
    event_id: eventId,
    tenant_id: tenantId,
    contact_id: contactId,
    type,
    source: POISON_SOURCE,
    occurred_at: new Date().toISOString(),
    correlation_id: eventId,
    payload: type === 'timer.fired' ? null : {},
  }
}

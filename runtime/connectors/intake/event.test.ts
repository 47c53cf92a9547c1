import { describe, expect, it } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { signIntake } from './authenticate.ts'
import { readEvent } from './event.ts'
import type { IntakeSource } from './source.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const SOURCE: IntakeSource = {
  id: 'src_1',
  tenantId: 'tnt_1',
  kind: 'events',
  signing: 'full',
  secrets: ['s3cret'],
  unknownContact: 'reject',
}
const PURCHASE = {
  event_id: 'p1',
  type: 'purchase.approved',
  occurred_at: '2026-11-22T11:59:00Z',
  contact: { phone_e164: '+5531999999999' },
  payload: { value: 99.9 },
}

function read(body: unknown, source = SOURCE) {
  const rawBody = Buffer.from(JSON.stringify(body))
  const headers = signIntake('s3cret', rawBody, { timestamp: NOW.getTime() / 1000, nonce: 'n1' })
  return readEvent({ rawBody, headers }, source, NOW)
}

function failure(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (isFluxoError(error)) return { code: error.code, field: error.field }
    throw error
  }
  return null
}

describe('readEvent', () => {
  it('normalises an event', () => {
    expect(read(PURCHASE)).toEqual({
      type: 'event',
      sourceId: 'src_1',
      eventId: 'p1',
      eventType: 'purchase.approved',
      dedupeKey: 'event:src_1:p1',
      nonceKey: 'nonce:src_1:n1',
      occurredAt: '2026-11-22T11:59:00.000Z',
      source: 'src_1',
      address: { phone: '+5531999999999' },
      unknownContact: 'reject',
      payload: { value: 99.9 },
    })
  })

  it('is accepted from a source of leads too, and finds the contact by any address', () => {
    const contact = { phone: '31 9999-9999', email: 'ANA@x.com', external_id: 42 }
    const event = read(
      { ...PURCHASE, contact },
      { ...SOURCE, kind: 'leads', unknownContact: 'upsert' },
    )
    expect(event.address).toEqual({ phone: '+5531999999999', email: 'ana@x.com', externalId: '42' })
    expect(event.unknownContact).toBe('upsert')
  })

  it('has an empty payload and the present time when it gives none', () => {
    const { occurred_at: _at, payload: _payload, ...rest } = PURCHASE
    expect(read(rest)).toMatchObject({ occurredAt: NOW.toISOString(), payload: {} })
  })

  it.each([
    [{ event_id: undefined }, 'WEBHOOK_EVENT_ID_MISSING', 'event_id'],
    [{ event_id: ' ' }, 'WEBHOOK_EVENT_ID_MISSING', 'event_id'],
    [{ type: undefined }, 'WEBHOOK_BODY_INVALID', 'type'],
    [{ type: 'purchase' }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ type: 'Purchase.Approved' }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ type: 'lead.captured' }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ type: 'effect.done' }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ type: 'message.received' }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ contact: undefined }, 'WEBHOOK_BODY_INVALID', 'contact'],
    [{ contact: {} }, 'CONTACT_ADDRESS_INVALID', 'contact'],
    [{ contact: { phone_e164: '' } }, 'CONTACT_ADDRESS_INVALID', 'contact'],
    [{ contact: { phone_e164: '123' } }, 'CONTACT_ADDRESS_INVALID', 'contact.phone_e164'],
    [{ contact: 'ana' }, 'WEBHOOK_BODY_INVALID', 'contact'],
    [{ payload: [] }, 'WEBHOOK_BODY_INVALID', 'payload'],
    [{ occurred_at: 1763812800 }, 'WEBHOOK_BODY_INVALID', 'occurred_at'],
  ])('refuses %j as %s at %s', (changed, code, field) => {
    expect(failure(() => read({ ...PURCHASE, ...changed }))).toEqual({ code, field })
  })
})

import { describe, expect, it } from 'vitest'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { sign } from '../signature.ts'
import { signIntake } from './authenticate.ts'
import { readLead } from './lead.ts'
import type { IntakeSource } from './source.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const timestamp = NOW.getTime() / 1000
const SOURCE: IntakeSource = {
  id: 'src_1',
  tenantId: 'tnt_1',
  kind: 'leads',
  signing: 'full',
  secrets: ['s3cret'],
  unknownContact: 'upsert',
}
const BODY_SOURCE: IntakeSource = { ...SOURCE, signing: 'body' }

function read(body: unknown, source = SOURCE, stamp = { timestamp, nonce: 'n-1' }) {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const headers =
    source.signing === 'full'
      ? signIntake('s3cret', rawBody, stamp)
      : { 'x-signature': sign('s3cret', [rawBody]) }
  return readLead({ rawBody, headers }, source, NOW)
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

const ANA = { name: 'Ana', phone_e164: '+5531999999999' }

describe('readLead', () => {
  it('normalises flat fields to the seed payload', () => {
    const lead = read({
      event_id: 'evt_9y',
      external_id: 77,
      source: 'instagram',
      occurred_at: '2025-10-18T20:12:00-03:00',
      name: ' Ana ',
      phone: '(31) 9999-9999',
      email: 'Ana@Example.COM',
      tags: ['promo', 'promo', ' vip '],
      message: 'Oi',
      city: 'Patos de Minas',
      utm: { campaign: 'x' },
    })
    expect(lead).toEqual({
      type: 'lead',
      sourceId: 'src_1',
      eventId: 'evt_9y',
      externalId: '77',
      dedupeKey: 'lead:src_1:evt_9y',
      nonceKey: 'nonce:src_1:n-1',
      occurredAt: '2025-10-18T23:12:00.000Z',
      source: 'instagram',
      touch: { kind: 'link', campaign: 'x' },
      address: { phone: '+5531999999999', email: 'ana@example.com' },
      contact: {
        name: 'Ana',
        phone: '+5531999999999',
        email: 'ana@example.com',
        tags: ['promo', 'vip'],
      },
      payload: {
        name: 'Ana',
        phone_e164: '+5531999999999',
        email: 'ana@example.com',
        tags: ['promo', 'vip'],
        message: 'Oi',
        source: 'instagram',
        external_id: '77',
        city: 'Patos de Minas',
        raw: { city: 'Patos de Minas', utm: { campaign: 'x' } },
      },
    })
  })

  it("reads the seed's whole envelope, tenant and correlation left to us", () => {
    const lead = read({
      event_id: 'evt_9y',
      tenant_id: 'tnt_other',
      type: 'lead.captured',
      source: 'landing',
      occurred_at: '2025-10-18T23:12:00Z',
      correlation_id: 'corr_1',
      payload: { ...ANA, tags: ['promo'], plan: 'XYZ', raw: { page: 7 } },
    })
    expect(lead).toMatchObject({ eventId: 'evt_9y', source: 'landing' })
    expect(lead.payload).toEqual({
      ...ANA,
      tags: ['promo'],
      source: 'landing',
      plan: 'XYZ',
      raw: { page: 7, plan: 'XYZ' },
    })
  })

  it('takes consents by purpose, and keeps what the form said beside them', () => {
    const lead = read({ ...ANA, consents: { marketing: true, partners: false } })
    expect(lead.contact.consents).toEqual({ marketing: true, partners: false })
    expect(lead.payload).toMatchObject({
      consents: { marketing: true, partners: false },
      raw: { consents: { marketing: true, partners: false } },
    })
    const other = read({ ...ANA, consents: 'sim' })
    expect(other.contact).not.toHaveProperty('consents')
    expect(other.payload).toMatchObject({ consents: 'sim', raw: { consents: 'sim' } })
  })

  it('takes what is missing from the source and the clock, and skips blanks', () => {
    const lead = read({ ...ANA, name: null, email: '  ', tags: 'a, b,,a' })
    expect(lead).toMatchObject({
      eventId: null,
      externalId: null,
      source: 'src_1',
      occurredAt: NOW.toISOString(),
      contact: { phone: '+5531999999999', tags: ['a', 'b'] },
    })
    expect(lead.payload).toEqual({ phone_e164: '+5531999999999', tags: ['a', 'b'], raw: {} })
  })

  it('never doubles what is large: that lies in raw alone', () => {
    const others = Object.fromEntries(
      Array.from({ length: 100 }, (_value, index) => [`f${index}`, 'x'.repeat(2000)]),
    )
    const { payload } = read({ ...ANA, ...others })
    expect(Object.keys(payload).toSorted()).toEqual(['name', 'phone_e164', 'raw', 'tags'])
    expect(payload['raw']).toEqual(others)
  })

  it('keeps one key per lead: event id, else external id, else nonce, never mixed up', () => {
    expect(read({ ...ANA, event_id: 'a', external_id: 'b' }).dedupeKey).toBe('lead:src_1:a')
    expect(read({ ...ANA, external_id: 'b' }).dedupeKey).toBe('lead:src_1:ext:b')
    expect(read(ANA).dedupeKey).toBe('lead:src_1:nonce:n-1')
    expect(read({ ...ANA, event_id: 'ext:b' }).dedupeKey).toBe('lead:src_1:id:ext:b')
  })

  it('accepts an e-mail alone and a phone written as a number', () => {
    expect(read({ email: 'a@b.com.br' }).address).toEqual({ email: 'a@b.com.br' })
    expect(read({ phone: 31999999999 }).address).toEqual({ phone: '+5531999999999' })
  })

  it.each([
    [{ name: 'Ana' }, 'CONTACT_ADDRESS_INVALID', 'phone'],
    [{ phone: '123' }, 'CONTACT_ADDRESS_INVALID', 'phone'],
    [{ phone_e164: '+55319', email: 'a@b.com' }, 'CONTACT_ADDRESS_INVALID', 'phone_e164'],
    [{ ...ANA, email: 'no' }, 'CONTACT_ADDRESS_INVALID', 'email'],
    [
      { type: 'lead.captured', payload: { email: 'x' } },
      'CONTACT_ADDRESS_INVALID',
      'payload.email',
    ],
    [{ type: 'purchase.approved', payload: ANA }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ payload: ANA }, 'EVENT_TYPE_UNKNOWN', 'type'],
    [{ ...ANA, name: 7 }, 'WEBHOOK_BODY_INVALID', 'name'],
    [{ ...ANA, name: 'x'.repeat(301) }, 'WEBHOOK_BODY_INVALID', 'name'],
    [{ ...ANA, tags: ['a', 1] }, 'WEBHOOK_BODY_INVALID', 'tags'],
    [{ ...ANA, tags: ['x'.repeat(101)] }, 'WEBHOOK_BODY_INVALID', 'tags[0]'],
    [{ ...ANA, occurred_at: 'yesterday' }, 'WEBHOOK_BODY_INVALID', 'occurred_at'],
    [{ ...ANA, occurred_at: '2026-02-30T00:00:00Z' }, 'WEBHOOK_BODY_INVALID', 'occurred_at'],
    [{ ...ANA, event_id: 'x'.repeat(201) }, 'WEBHOOK_BODY_INVALID', 'event_id'],
    [{ ...ANA, phone_e164: { $ne: '' } }, 'WEBHOOK_BODY_INVALID', 'phone_e164'],
    ['{"name":"Ana"', 'WEBHOOK_BODY_INVALID', undefined],
    ['{"name":"A\\u0000","phone":"31999999999"}', 'WEBHOOK_BODY_INVALID', 'name'],
    [`{"a":${'['.repeat(99)}`, 'WEBHOOK_BODY_TOO_DEEP', 'a'],
    [{ ...ANA, x: 'x'.repeat(256 * 1024) }, 'EVENT_TOO_LARGE', undefined],
  ])('refuses %j as %s at %s', (body, code, field) => {
    expect(failure(() => read(body))).toEqual({ code, field })
  })

  it('does not read leads from a source of events', () => {
    expect(failure(() => read(ANA, { ...SOURCE, kind: 'events' }))?.code).toBe(
      'WEBHOOK_SOURCE_UNKNOWN',
    )
  })
})

describe('signing of a source', () => {
  const rawBody = Buffer.from(JSON.stringify(ANA))
  const good = signIntake('s3cret', rawBody, { timestamp, nonce: 'n-1' })
  const attempt = (
    headers: Record<string, string | string[] | undefined>,
    source = SOURCE,
    body = rawBody,
  ) => failure(() => readLead({ rawBody: body, headers }, source, NOW))?.code ?? 'accepted'

  it('accepts timestamps up to 300 s off and no further', () => {
    for (const skew of [-300, 0, 300]) {
      expect(
        attempt(signIntake('s3cret', rawBody, { timestamp: timestamp + skew, nonce: 'n' })),
      ).toBe('accepted')
    }
    for (const skew of [-301, 301]) {
      expect(
        attempt(signIntake('s3cret', rawBody, { timestamp: timestamp + skew, nonce: 'n' })),
      ).toBe('WEBHOOK_TIMESTAMP_STALE')
    }
  })

  it('accepts the old and the new secret while one is rotated', () => {
    expect(attempt(good, { ...SOURCE, secrets: ['new', 's3cret'] })).toBe('accepted')
    expect(attempt(good, { ...SOURCE, secrets: ['new'] })).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(attempt(good, { ...SOURCE, secrets: [] })).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(attempt(good, { ...SOURCE, secrets: [''] })).toBe('WEBHOOK_SIGNATURE_INVALID')
  })

  it.each([
    ['no signature', { 'x-signature': undefined }, 'WEBHOOK_SIGNATURE_MISSING'],
    ['an empty signature', { 'x-signature': '' }, 'WEBHOOK_SIGNATURE_MISSING'],
    ['two signatures', { 'x-signature': ['a', 'b'] }, 'WEBHOOK_SIGNATURE_MISSING'],
    [
      'a body-only signature',
      { 'x-signature': sign('s3cret', [rawBody]) },
      'WEBHOOK_SIGNATURE_INVALID',
    ],
    ['no timestamp', { 'x-timestamp': undefined }, 'WEBHOOK_TIMESTAMP_STALE'],
    ['an ISO timestamp', { 'x-timestamp': NOW.toISOString() }, 'WEBHOOK_TIMESTAMP_STALE'],
    ['another timestamp', { 'x-timestamp': String(timestamp - 1) }, 'WEBHOOK_SIGNATURE_INVALID'],
    ['no nonce', { 'x-nonce': undefined }, 'WEBHOOK_NONCE_MISSING'],
    ['a nonce with a dot', { 'x-nonce': 'n.1' }, 'WEBHOOK_NONCE_MISSING'],
    ['a nonce too long', { 'x-nonce': 'n'.repeat(201) }, 'WEBHOOK_NONCE_MISSING'],
    ['another nonce', { 'x-nonce': 'n-2' }, 'WEBHOOK_SIGNATURE_INVALID'],
  ])('refuses %s', (_name, changed, code) => {
    expect(attempt({ ...good, ...changed })).toBe(code)
  })

  it('refuses a body that was written anew', () => {
    const rewritten = Buffer.from(JSON.stringify(ANA, null, 1))
    expect(attempt(good, SOURCE, rewritten)).toBe('WEBHOOK_SIGNATURE_INVALID')
  })

  it('needs an event id where only the body is signed', () => {
    expect(failure(() => read({ ...ANA, external_id: 'b' }, BODY_SOURCE))).toEqual({
      code: 'WEBHOOK_EVENT_ID_MISSING',
      field: 'event_id',
    })
    const lead = read({ ...ANA, event_id: 'e1' }, BODY_SOURCE)
    expect(lead.dedupeKey).toBe('lead:src_1:e1')
    expect(lead).not.toHaveProperty('nonceKey')
  })
})

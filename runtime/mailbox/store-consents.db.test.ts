import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventOf, leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'

let line: TestLine
beforeAll(async () => {
  line = await createTestLine()
})
afterAll(() => line.close())

const consent = (phone: string, eventType: string, purpose: unknown = 'marketing') =>
  line.accept(
    eventOf(line.tenant, { address: { phone }, eventType, payload: { purpose } as never }),
  )

async function knownOf(phone: string): Promise<unknown> {
  const text = 'select consents_json as consents from contacts where phone_e164 = $1'
  return (await line.rows<{ consents: unknown }>(text, [phone]))[0]?.consents
}

const ledgerOf = (phone: string) =>
  line.rows(
    `select l.purpose, l.status, l.source, l.evidence_json->>'eventId' is not null as "hasEvidence", l.at
     from consents l join contacts c on c.id = l.contact_id where c.phone_e164 = $1 order by l.id`,
    [phone],
  )

test('a lead says what its form was told: kept beside the contact, in the ledger, and in its own facts', async () => {
  const phone = newPhone()
  const lead = leadOf(line.tenant, { address: { phone } })
  const consents = { marketing: true, partners: false }
  await line.accept({ ...lead, contact: { ...lead.contact, consents } })
  expect(await knownOf(phone)).toEqual(consents)
  const entry = { source: 'instagram', hasEvidence: true, at: new Date(lead.occurredAt) }
  expect(await ledgerOf(phone)).toEqual(
    expect.arrayContaining([
      { ...entry, purpose: 'marketing', status: 'granted' },
      { ...entry, purpose: 'partners', status: 'revoked' },
    ]),
  )
  const facts = `select envelope->'contact'->'consents' as consents from mailbox
    where envelope->'contact'->>'phone' = $1`
  expect(await line.rows(facts, [phone])).toEqual([{ consents }])
})

test('the last word holds, the ledger keeps them all, and later envelopes of the same group know it', async () => {
  const phone = newPhone()
  await line.accept(leadOf(line.tenant, { address: { phone } }))
  await Promise.all([
    consent(phone, 'consent.granted'),
    line.accept(messageOf(line.tenant, { address: { phone } })),
    consent(phone, 'consent.revoked'),
    line.accept(messageOf(line.tenant, { address: { phone } })),
  ])
  expect(await knownOf(phone)).toEqual({ marketing: false })
  expect((await ledgerOf(phone)).map((entry) => entry['status'] as string).toSorted()).toEqual([
    'granted',
    'revoked',
  ])
  const told = `select envelope->>'type' as type, envelope->'contact'->'consents' as consents from mailbox
    where envelope->'contact'->>'phone' = $1 order by id`
  expect(await line.rows(told, [phone])).toEqual([
    { type: 'lead.captured', consents: null },
    { type: 'consent.granted', consents: { marketing: true } },
    { type: 'message.received', consents: { marketing: true } },
    { type: 'consent.revoked', consents: { marketing: false } },
    { type: 'message.received', consents: { marketing: false } },
  ])
})

test('an event that comes again adds nothing, and one that names no purpose says nothing', async () => {
  const phone = newPhone()
  const granted = eventOf(line.tenant, {
    address: { phone },
    eventType: 'consent.granted',
    payload: { purpose: 'marketing' },
  })
  await line.accept(granted)
  await line.accept(granted)
  for (const purpose of [null, 7, 'Not a purpose', '__proto__']) {
    await consent(phone, 'consent.revoked', purpose)
  }
  expect(await ledgerOf(phone)).toHaveLength(1)
  expect(await knownOf(phone)).toEqual({ marketing: true })
})

test('I9: a tenant can add to its ledger and neither change it nor see that of another', async () => {
  const rights = `select privilege_type as may from information_schema.role_table_grants
    where table_name = 'consents' and grantee = 'fluxo_tenant' order by 1`
  expect(await line.rows(rights)).toEqual([{ may: 'INSERT' }, { may: 'SELECT' }])
})

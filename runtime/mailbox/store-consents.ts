// What arrivals say of consent: into the ledger and beside the contact in the transaction that accepts them, so that the
// facts of every later envelope know it.

import { type Consents, PURPOSE_PATTERN } from '#machines/contracts/contact.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { type ConsentEntry, writeConsents } from '../db/consent-ledger.ts'
import type { Queryable } from '../db/pool.ts'
import { factsWith } from './contact-facts.ts'
import type { Incoming } from './incoming.ts'

/** Stores what the arrivals agree to or take back. @returns the arrivals with facts that know it, in order */
export async function storeConsents(db: Queryable, incoming: Incoming[]): Promise<Incoming[]> {
  const known = new Map<string, Consents>()
  const entries: ConsentEntry[] = []
  const told = incoming.map((item) => {
    const key = `${item.tenantId} ${item.contact.id}`
    const said = Object.entries(consentsIn(item.arrival))
    entries.push(...said.map(([purpose, granted]) => entryOf(item, purpose, granted)))
    const consents = { ...known.get(key), ...Object.fromEntries(said) }
    known.set(key, consents)
    const { facts } = item.contact
    return facts
      ? { ...item, contact: { ...item.contact, facts: factsWith(facts, consents) } }
      : item
  })
  await writeConsents(db, entries)
  return told
}

function entryOf(
  { tenantId, contact, arrival, eventId }: Incoming,
  purpose: string,
  granted: boolean,
): ConsentEntry {
  const { source, occurredAt: at } = arrival
  const proof = arrival.type === 'lead' ? arrival.evidence : {}
  const evidence = { ...proof, eventId }
  return { tenantId, contactId: contact.id, purpose, granted, source, evidence, at }
}

function consentsIn(arrival: Arrival): Consents {
  if (arrival.type === 'lead') return arrival.contact.consents ?? {}
  if (arrival.type !== 'event') return {}
  const { eventType, payload } = arrival
  if (eventType !== 'consent.granted' && eventType !== 'consent.revoked') return {}
  const { purpose } = payload
  return isPurpose(purpose) ? { [purpose]: eventType === 'consent.granted' } : {}
}

function isPurpose(value: Json | undefined): value is string {
  return typeof value === 'string' && PURPOSE_PATTERN.test(value)
}

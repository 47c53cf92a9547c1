// What contacts agreed to and took back: every word is added to the ledger, the last one holds.

import type { Consents } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { createId } from '../ids.ts'
import { type Queryable, run } from './pool.ts'

export interface ConsentEntry {
  tenantId: string
  contactId: string
  purpose: string
  granted: boolean
  /** Who told us: a source of leads or events, or `workflow`. */
  source: string
  evidence: JsonObject
  /** ISO 8601 instant at which it was said; null: now. */
  at: string | null
}

/** Adds entries in order and keeps the last word beside the contact; part of the caller's transaction. */
export async function writeConsents(db: Queryable, entries: ConsentEntry[]): Promise<void> {
  if (entries.length === 0) return
  await run(db, ADD, [
    entries.map((entry) => entry.tenantId),
    entries.map(() => createId('consent')),
    entries.map((entry) => entry.contactId),
    entries.map((entry) => entry.purpose),
    entries.map((entry) => (entry.granted ? 'granted' : 'revoked')),
    entries.map((entry) => entry.source),
    entries.map((entry) => JSON.stringify(entry.evidence)),
    entries.map((entry) => entry.at),
  ])
  const last = new Map<string, { tenantId: string; contactId: string; consents: Consents }>()
  for (const { tenantId, contactId, purpose, granted } of entries) {
    const key = `${tenantId} ${contactId}`
    const consents = { ...last.get(key)?.consents, [purpose]: granted }
    last.set(key, { tenantId, contactId, consents })
  }
  const contacts = [...last.values()]
  await run(db, KEEP, [
    contacts.map((contact) => contact.tenantId),
    contacts.map((contact) => contact.contactId),
    contacts.map((contact) => JSON.stringify(contact.consents)),
  ])
}

const ADD = {
  name: 'add_consents',
  text: `insert into consents (tenant_id, id, contact_id, purpose, status, source, evidence_json, at)
    select tenant_id, id, contact_id, purpose, status, source, evidence, coalesce(at, now())
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
      $8::timestamptz[]) as item(tenant_id, id, contact_id, purpose, status, source, evidence, at)
    where exists (select 1 from contacts c where c.tenant_id = item.tenant_id and c.id = item.contact_id)`,
}

/** Locked in order, so that two gateways that hear of the same people wait for each other in the same order. */
const KEEP = {
  name: 'keep_consents',
  text: `with item as (
      select c.tenant_id, c.id, item.consents
      from unnest($1::text[], $2::text[], $3::jsonb[]) as item(tenant_id, id, consents)
      join contacts c using (tenant_id, id)
      order by c.tenant_id, c.id for no key update of c)
    update contacts c set consents_json = c.consents_json || item.consents, updated_at = now()
    from item where c.tenant_id = item.tenant_id and c.id = item.id`,
}

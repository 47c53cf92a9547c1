// Tags and fields of leads that bring their facts themselves, as imported lists do: written to the contact in the
// transaction that accepts the lead, so that its envelope knows them.

import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { Incoming } from './incoming.ts'

interface Facts {
  tenantId: string
  contactId: string
  tags: string[]
  fields: JsonObject
}

/** Writes what these leads bring. @returns the arrivals with facts that know it, in order */
export async function writeLeadFacts(db: Queryable, incoming: Incoming[]): Promise<Incoming[]> {
  if (!incoming.some(writesFacts)) return incoming
  const written = new Map<string, Facts>()
  const told = incoming.map((item) => {
    const { tenantId, arrival, contact } = item
    if (arrival.type !== 'lead' || !writesFacts(item)) return item
    const key = `${tenantId} ${contact.id}`
    const known = written.get(key)
    const tags = [...new Set([...(known?.tags ?? []), ...(arrival.contact.tags ?? [])])]
    const fields = { ...known?.fields, ...arrival.contact.fields }
    written.set(key, { tenantId, contactId: contact.id, tags, fields })
    const facts = contact.facts && factsWithThese(contact.facts, { tags, fields })
    return { ...item, contact: { ...contact, facts } }
  })
  const facts = [...written.values()]
  await run(db, WRITE, [
    facts.map((one) => one.tenantId),
    facts.map((one) => one.contactId),
    facts.map((one) => JSON.stringify(one.tags)),
    facts.map((one) => JSON.stringify(one.fields)),
  ])
  return told
}

const writesFacts = ({ arrival }: Incoming): boolean =>
  arrival.type === 'lead' && arrival.writesFacts === true

function factsWithThese(
  facts: ContactFacts,
  { tags, fields }: Pick<Facts, 'tags' | 'fields'>,
): ContactFacts {
  return {
    ...facts,
    tags: [...new Set([...facts.tags, ...tags])],
    fields: { ...facts.fields, ...fields },
  }
}

/** Locked in order, so that two gateways that hear of the same people wait for each other in the same order. */
const WRITE = {
  name: 'write_lead_facts',
  text: `with item as (
      select c.tenant_id, c.id, item.tags, item.fields
      from unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[]) as item(tenant_id, id, tags, fields)
      join contacts c using (tenant_id, id)
      order by c.tenant_id, c.id for no key update of c)
    update contacts c set updated_at = now(), fields_json = c.fields_json || item.fields,
      tags = c.tags || array(select tag from jsonb_array_elements_text(item.tags) as given(tag)
        where tag <> all(c.tags))
    from item where c.tenant_id = item.tenant_id and c.id = item.id`,
}

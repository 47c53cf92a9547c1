// Addresses to contacts: found by phone, then e-mail, then external id; made when nobody has them.

import type { Consents, ContactFacts } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Address, Arrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { shardOf } from '../shard/shard-of.ts'
import { factsWith } from './contact-facts.ts'

export interface KnownContact {
  id: string
  shard: number
  /** Null when only the id was needed. */
  facts: ContactFacts | null
  /** The message that a status speaks of. */
  messageId?: string
}

interface Draft {
  index: number
  tenantId: string
  arrival: Arrival
}

/** The contact of each draft by its index; a draft is left out when its contact is unknown and may not be made. */
export async function resolveContacts(
  db: Queryable,
  drafts: Draft[],
): Promise<Map<number, KnownContact>> {
  if (drafts.length === 0) return new Map()
  const known = await lookUp(db, drafts)
  const missing = drafts.filter((draft) => !known.has(draft.index) && mayCreate(draft.arrival))
  if (missing.length === 0) return known
  await create(db, missing)
  return new Map([...known, ...(await lookUp(db, missing))])
}

function addressOf(arrival: Arrival): Address {
  return arrival.type === 'status' ? {} : arrival.address
}

function mayCreate(arrival: Arrival): boolean {
  return arrival.type !== 'event' || arrival.unknownContact === 'upsert'
}

interface ContactRow {
  n: number
  id: string
  shard: number
  name: string | null
  phone: string | null
  email: string | null
  tags: string[]
  fields: JsonObject
  consents: Consents
}

async function lookUp(db: Queryable, drafts: Draft[]): Promise<Map<number, KnownContact>> {
  const rows = await run<ContactRow>(db, LOOK_UP, [
    drafts.map((draft) => draft.index),
    drafts.map((draft) => draft.tenantId),
    ...addressColumns(drafts),
  ])
  return new Map(
    rows.map(({ n, id, shard, consents, name, phone, email, tags, fields }) => [
      n,
      { id, shard, facts: factsWith({ name, phone, email, tags, fields }, consents) },
    ]),
  )
}

async function create(db: Queryable, drafts: Draft[]): Promise<void> {
  const ids = drafts.map(() => createId('contact'))
  await run(db, CREATE, [
    drafts.map((draft) => draft.tenantId),
    ids,
    drafts.map((draft) => nameOf(draft.arrival)),
    ...addressColumns(drafts),
    drafts.map((draft, index) => shardOf(draft.tenantId, ids[index] ?? '')),
  ])
}

function nameOf(arrival: Arrival): string | null {
  if (arrival.type === 'lead') return arrival.contact.name ?? null
  return arrival.type === 'message' ? arrival.profileName : null
}

function addressColumns(drafts: Draft[]): (string | null)[][] {
  const addresses = drafts.map((draft) => addressOf(draft.arrival))
  return [
    addresses.map((address) => address.phone ?? null),
    addresses.map((address) => address.email ?? null),
    addresses.map((address) => address.externalId ?? null),
  ]
}

/** The strongest address wins when they point to different people: phone, e-mail, external id. */
const LOOK_UP = {
  name: 'look_up_contacts',
  text: `select distinct on (n) n, id, shard, name, phone_e164 as phone, email, tags, fields_json as fields,
      consents_json as consents
    from (
      select w.n, 1 as strength, c.* from unnest($1::int[], $2::text[], $3::text[]) w(n, t, a)
        join contacts c on c.tenant_id = w.t and c.phone_e164 = w.a
      union all
      select w.n, 2, c.* from unnest($1::int[], $2::text[], $4::text[]) w(n, t, a)
        join contacts c on c.tenant_id = w.t and c.email = w.a
      union all
      select w.n, 3, c.* from unnest($1::int[], $2::text[], $5::text[]) w(n, t, a)
        join contacts c on c.tenant_id = w.t and c.external_id = w.a
    ) found
    order by n, strength`,
}

/** Sorted, so that two gateways that meet the same new people wait for each other in the same order. */
const CREATE = {
  name: 'create_contacts',
  text: `insert into contacts (tenant_id, id, name, phone_e164, email, external_id, shard)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[])
      as item(tenant_id, id, name, phone, email, external_id, shard)
    order by tenant_id, phone, email, external_id
    on conflict do nothing`,
}

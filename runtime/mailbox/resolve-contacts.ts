// Addresses to contacts: found by phone, then e-mail, external id and the names that channels give; made when nobody has
// them. Who became another contact is found as that one.

import type { Consents, ContactFacts } from '#machines/contracts/contact.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { Address, Arrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { shardOf } from '../shard/shard-of.ts'
import { factsWith } from './contact-facts.ts'
import { LINK } from './identity-statement.ts'

export interface KnownContact {
  id: string
  shard: number
  /** Null when only the id was needed. */
  facts: ContactFacts | null
  /** Where the contact was heard of last. */
  lastChannel: string | null
  /** Its conversation on the arrival's channel; null when there is none yet. */
  conversationId: string | null
  /** The message that a status speaks of. */
  messageId?: string
  /** How far that message had come. */
  statusRank?: number
}

interface Draft {
  index: number
  tenantId: string
  arrival: Arrival
}

/** Contacts by the index of the draft that they belong to. */
export type KnownContacts = Map<number, KnownContact>

/** The contacts of those drafts that have a phone number which we know: nearly all of them, by one index. */
export async function findByPhone(db: Queryable, drafts: Draft[]): Promise<KnownContacts> {
  const withPhone = drafts.filter(({ arrival }) => addressOf(arrival).phone !== undefined)
  if (withPhone.length === 0) return new Map()
  const rows = await run<ContactRow>(db, BY_PHONE, [
    ...placeColumns(withPhone),
    withPhone.map(({ arrival }) => addressOf(arrival).phone),
  ])
  return new Map(rows.map(knownOf))
}

/**
 * The contact of each draft by its index; a draft is left out when its contact is unknown and may not be made.
 * @param known those that were found already
 */
export async function resolveContacts(
  db: Queryable,
  drafts: Draft[],
  known: KnownContacts = new Map(),
): Promise<KnownContacts> {
  const open = drafts.filter((draft) => !known.has(draft.index))
  if (open.length === 0) return known
  const found = await lookUp(db, open)
  const missing = open.filter((draft) => !found.has(draft.index) && mayCreate(draft.arrival))
  if (missing.length === 0) return new Map([...known, ...found])
  await create(db, missing)
  return new Map([...known, ...found, ...(await lookUp(db, missing))])
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
  last_channel: string | null
  conversation_id: string | null
}

async function lookUp(db: Queryable, drafts: Draft[]): Promise<KnownContacts> {
  const rows = await run<ContactRow>(db, LOOK_UP, [
    ...placeColumns(drafts),
    ...addressColumns(drafts),
    ...identityColumns(drafts),
  ])
  return new Map(rows.map(knownOf))
}

function knownOf(row: ContactRow): [number, KnownContact] {
  const { n, id, shard, consents, name, phone, email, tags, fields } = row
  const facts = factsWith({ name, phone, email, tags, fields }, consents)
  const { last_channel: lastChannel, conversation_id: conversationId } = row
  return [n, { id, shard, facts, lastChannel, conversationId }]
}

function placeColumns(drafts: Draft[]): unknown[][] {
  return [
    drafts.map((draft) => draft.index),
    drafts.map((draft) => draft.tenantId),
    drafts.map(({ arrival }) => ('channelId' in arrival ? arrival.channelId : null)),
  ]
}

async function create(db: Queryable, drafts: Draft[]): Promise<void> {
  const people = firstOfEach(drafts).map((draft) => ({ draft, id: createId('contact') }))
  const made = people.map(({ draft }) => draft)
  await run(db, CREATE, [
    made.map((draft) => draft.tenantId),
    people.map(({ id }) => id),
    made.map((draft) => nameOf(draft.arrival)),
    ...addressColumns(made),
    people.map(({ draft, id }) => shardOf(draft.tenantId, id)),
  ])
  const named = people.filter(({ draft }) => isNamed(draft))
  if (named.length > 0) await claimNames(db, named)
}

/** Whoever has no address that a contact row is unique by. */
function isNamed({ arrival }: Draft): boolean {
  const { phone, email, externalId } = addressOf(arrival)
  return phone === undefined && email === undefined && externalId === undefined
}

/** Of those whom only a channel's name tells apart, each once. */
function firstOfEach(drafts: Draft[]): Draft[] {
  const seen = new Set<string>()
  return drafts.filter((draft) => {
    const names = isNamed(draft) ? Object.entries(addressOf(draft.arrival).identities ?? {}) : []
    const keys = names.map(([kind, value]) => `${draft.tenantId} ${kind} ${value}`)
    const isKnown = keys.some((key) => seen.has(key))
    for (const key of keys) seen.add(key)
    return !isKnown
  })
}

/** Another gateway may have been first: its contact is the person's, and ours was never anybody. */
async function claimNames(db: Queryable, people: { draft: Draft; id: string }[]): Promise<void> {
  const names = people.flatMap(({ draft, id }) =>
    Object.entries(addressOf(draft.arrival).identities ?? {}).map(([kind, value]) => {
      return { tenantId: draft.tenantId, kind, value, id }
    }),
  )
  await run(db, LINK, [
    names.map(({ tenantId }) => tenantId),
    names.map(({ kind }) => kind),
    names.map(({ value }) => value),
    names.map(({ id }) => id),
  ])
  await run(db, FORGET, [people.map(({ draft }) => draft.tenantId), people.map(({ id }) => id)])
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

function identityColumns(drafts: Draft[]): unknown[][] {
  const names = drafts.flatMap((draft) =>
    Object.entries(addressOf(draft.arrival).identities ?? {}).map(([kind, value]) => {
      const [index, tenantId, channelId] = placeColumns([draft]).map(([only]) => only)
      return { index, tenantId, channelId, kind, value }
    }),
  )
  return [
    names.map(({ index }) => index),
    names.map(({ tenantId }) => tenantId),
    names.map(({ channelId }) => channelId),
    names.map(({ kind }) => kind),
    names.map(({ value }) => value),
  ]
}

const COLUMNS = `c.id, c.shard, c.name, c.phone_e164 as phone, c.email, c.tags, c.fields_json as fields,
      c.consents_json as consents, c.last_channel, v.id as conversation_id`

const BY_PHONE = {
  name: 'find_contacts_by_phone',
  text: `select w.n, ${COLUMNS}
    from unnest($1::int[], $2::text[], $3::text[], $4::text[]) w(n, t, channel_id, phone)
    join contacts c on c.tenant_id = w.t and c.phone_e164 = w.phone and c.merged_into is null
    left join conversations v on v.tenant_id = c.tenant_id and v.contact_id = c.id
      and v.channel_id = w.channel_id`,
}

/** The strongest address wins when they point to different people: phone, e-mail, external id, a channel's name. */
const LOOK_UP = {
  name: 'look_up_contacts',
  text: `select found.n, ${COLUMNS}
    from (
      select distinct on (n) n, t, channel_id, id from (
        select w.n, w.t, w.channel_id, 1 as strength, coalesce(c.merged_into, c.id) as id
          from unnest($1::int[], $2::text[], $3::text[], $4::text[]) w(n, t, channel_id, a)
          join contacts c on c.tenant_id = w.t and c.phone_e164 = w.a
        union all
        select w.n, w.t, w.channel_id, 2, coalesce(c.merged_into, c.id)
          from unnest($1::int[], $2::text[], $3::text[], $5::text[]) w(n, t, channel_id, a)
          join contacts c on c.tenant_id = w.t and c.email = w.a
        union all
        select w.n, w.t, w.channel_id, 3, coalesce(c.merged_into, c.id)
          from unnest($1::int[], $2::text[], $3::text[], $6::text[]) w(n, t, channel_id, a)
          join contacts c on c.tenant_id = w.t and c.external_id = w.a
        union all
        select w.n, w.t, w.channel_id, 4, coalesce(c.merged_into, c.id)
          from unnest($7::int[], $8::text[], $9::text[], $10::text[], $11::text[]) w(n, t, channel_id, kind, value)
          join contact_identities i on i.tenant_id = w.t and i.kind = w.kind and i.value = w.value
          join contacts c on c.tenant_id = i.tenant_id and c.id = i.contact_id
      ) hit
      order by n, strength
    ) found
    join contacts c on c.tenant_id = found.t and c.id = found.id
    left join conversations v on v.tenant_id = found.t and v.contact_id = found.id
      and v.channel_id = found.channel_id`,
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

const FORGET = {
  name: 'forget_unnamed',
  text: `delete from contacts c using unnest($1::text[], $2::text[]) as item(tenant_id, id)
    where c.tenant_id = item.tenant_id and c.id = item.id and not exists (
      select 1 from contact_identities i where i.tenant_id = c.tenant_id and i.contact_id = c.id)`,
}

// Addresses that came together: what nobody has yet becomes the contact's, a number that changed is kept, and an address
// of somebody else says that two contacts may be one person. Arrivals with one address alone cost nothing here.

import type { Address, Arrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { LINK } from './identity-statement.ts'
import type { Incoming } from './incoming.ts'

/** An address of the arrival that another contact has. */
export interface Conflict {
  item: Incoming
  otherId: string
  kind: string
  value: string
}

export interface Linked {
  incoming: Incoming[]
  conflicts: Conflict[]
}

interface Shown {
  item: Incoming
  kind: string
  value: string
}

/** Links what the arrivals show of their contacts; gives them back with the facts as they are then. */
export async function linkIdentities(db: Queryable, incoming: Incoming[]): Promise<Linked> {
  const shown = incoming.flatMap(shownBy)
  const conflicts = shown.length === 0 ? [] : await linkShown(db, shown)
  const moved = incoming.filter(isRenumbered)
  if (moved.length === 0) return { incoming, conflicts }
  const strangers = new Set(
    conflicts.filter(({ kind }) => kind === '@phone').map(({ item }) => item),
  )
  const renumbered = moved.filter((item) => !strangers.has(item))
  return { incoming: await renumber(db, incoming, renumbered), conflicts }
}

async function linkShown(db: Queryable, shown: Shown[]): Promise<Conflict[]> {
  const owners = await findOwners(db, shown)
  await link(
    db,
    shown.filter((one) => !one.kind.startsWith('@') && !owners.has(one)),
  )
  return shown.flatMap((one): Conflict[] => {
    const otherId = owners.get(one)
    const isOwn = otherId === undefined || otherId === one.item.contact.id
    return isOwn ? [] : [{ ...one, otherId }]
  })
}

/** By whom the person was found needs no question: a phone number that is the contact's own. */
function shownBy(item: Incoming): Shown[] {
  const address = addressOf(item.arrival)
  const { phone, email, externalId, identities } = address
  const known = item.contact.facts
  const shown = [
    phone !== undefined && phone !== known?.phone && { kind: '@phone', value: phone },
    email !== undefined && email !== known?.email && { kind: '@email', value: email },
    externalId !== undefined && { kind: '@external', value: externalId },
    ...Object.entries(identities ?? {}).map(([kind, value]) => ({ kind, value })),
  ].filter((one) => one !== false)
  const isAlone = shown.length === 1 && identities === undefined && countOf(address) === 1
  return isAlone ? [] : shown.map((one) => ({ item, ...one }))
}

function addressOf(arrival: Arrival): Address {
  return arrival.type === 'status' ? {} : arrival.address
}

function countOf({ phone, email, externalId }: Address): number {
  return [phone, email, externalId].filter((value) => value !== undefined).length
}

/** Whose each address is by now. */
async function findOwners(db: Queryable, shown: Shown[]): Promise<Map<Shown, string>> {
  const rows = await run<{ n: number; contact_id: string }>(db, OWNERS, [
    shown.map((_, index) => index),
    shown.map(({ item }) => item.tenantId),
    shown.map(({ kind }) => kind),
    shown.map(({ value }) => value),
  ])
  return new Map(
    rows.flatMap(({ n, contact_id: id }) => {
      const one = shown[n]
      return one ? [[one, id] as const] : []
    }),
  )
}

async function link(db: Queryable, shown: Shown[]): Promise<void> {
  if (shown.length === 0) return
  await run(db, LINK, [
    shown.map(({ item }) => item.tenantId),
    shown.map(({ kind }) => kind),
    shown.map(({ value }) => value),
    shown.map(({ item }) => item.contact.id),
  ])
}

/** The provider's own word: the person writes from this number now. */
function isRenumbered({ arrival, contact }: Incoming): boolean {
  if (arrival.type !== 'message' || arrival.channel !== 'whatsapp') return false
  const { phone } = arrival.address
  return phone !== undefined && contact.facts !== null && contact.facts.phone !== phone
}

/** A contact that became this one and had the number takes the old one, so that both go on leading here. */
async function renumber(
  db: Queryable,
  incoming: Incoming[],
  renumbered: Incoming[],
): Promise<Incoming[]> {
  if (renumbered.length === 0) return incoming
  const last = new Map(renumbered.map((item) => [`${item.tenantId} ${item.contact.id}`, item]))
  const items = [...last.values()]
  const keys = [
    items.map(({ tenantId }) => tenantId),
    items.map(({ contact }) => contact.id),
    items.map(({ arrival }) => addressOf(arrival).phone),
  ]
  const freed = await run<{ tenant_id: string; id: string; merged_into: string }>(
    db,
    FREE_PHONE,
    keys,
  )
  await run(db, TAKE_PHONE, keys)
  const old = freed.map(({ tenant_id: tenantId, merged_into: into }) => {
    return last.get(`${tenantId} ${into}`)?.contact.facts?.phone ?? null
  })
  if (freed.length > 0)
    await run(db, KEEP_OLD, [freed.map((row) => row.tenant_id), freed.map((row) => row.id), old])
  return incoming.map((item) => {
    const { facts } = item.contact
    const phone = addressOf(
      last.get(`${item.tenantId} ${item.contact.id}`)?.arrival ?? item.arrival,
    ).phone
    if (!facts || phone === undefined || !last.has(`${item.tenantId} ${item.contact.id}`))
      return item
    return { ...item, contact: { ...item.contact, facts: { ...facts, phone } } }
  })
}

/** Of a contact that became another one, that one is the owner. */
const OWNERS = {
  name: 'address_owners',
  text: `select w.n, coalesce(c.merged_into, c.id) as contact_id
      from unnest($1::int[], $2::text[], $3::text[], $4::text[]) w(n, t, kind, value)
      join contacts c on c.tenant_id = w.t and c.phone_e164 = w.value where w.kind = '@phone'
    union all
    select w.n, coalesce(c.merged_into, c.id)
      from unnest($1::int[], $2::text[], $3::text[], $4::text[]) w(n, t, kind, value)
      join contacts c on c.tenant_id = w.t and c.email = w.value where w.kind = '@email'
    union all
    select w.n, coalesce(c.merged_into, c.id)
      from unnest($1::int[], $2::text[], $3::text[], $4::text[]) w(n, t, kind, value)
      join contacts c on c.tenant_id = w.t and c.external_id = w.value where w.kind = '@external'
    union all
    select w.n, coalesce(c.merged_into, c.id)
      from unnest($1::int[], $2::text[], $3::text[], $4::text[]) w(n, t, kind, value)
      join contact_identities i on i.tenant_id = w.t and i.kind = w.kind and i.value = w.value
      join contacts c on c.tenant_id = i.tenant_id and c.id = i.contact_id`,
}

const FREE_PHONE = {
  name: 'free_phone',
  text: `update contacts c set phone_e164 = null
    from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, id, phone)
    where c.tenant_id = item.tenant_id and c.merged_into = item.id and c.phone_e164 = item.phone
    returning c.tenant_id, c.id, c.merged_into`,
}

const TAKE_PHONE = {
  name: 'take_phone',
  text: `update contacts c set phone_e164 = item.phone, updated_at = now()
    from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, id, phone)
    where c.tenant_id = item.tenant_id and c.id = item.id and not exists (
      select 1 from contacts other where other.tenant_id = item.tenant_id and other.phone_e164 = item.phone)`,
}

const KEEP_OLD = {
  name: 'keep_old_phone',
  text: `update contacts c set phone_e164 = item.phone
    from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, id, phone)
    where c.tenant_id = item.tenant_id and c.id = item.id`,
}

// Effects on our own records need no executor: performed and settled in one transaction, so exactly once.

import type { Pool } from 'pg'
import type { Consents, ContactFacts } from '#machines/contracts/contact.ts'
import type { ContactCommand } from '#machines/contracts/effect.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { writeConsents } from '../../db/consent-ledger.ts'
import { inTransaction, isWriteRefused, type Queryable, run } from '../../db/pool.ts'
import { factsWith } from '../../mailbox/contact-facts.ts'
import { enqueueEnvelopes } from '../../mailbox/enqueue.ts'
import { mergeEnvelope } from '../../merge/merged-rows.ts'
import { shardOf } from '../../shard/shard-of.ts'
import { changeOf, consentsOf, outputOf } from './contact-change.ts'
import { settleEffects, type Result } from '../settle/settle.ts'
import { type AddedTags, tellAddedTags } from './tag-events.ts'
import { performTransforms, TRANSFORM_KINDS } from './transform-effects.ts'

const CONTACT_KINDS = ['contact.upsert', 'tag.add', 'tag.remove', 'crm.create_deal'] as const

/** Kinds that no connector performs. */
export const LOCAL_KINDS = [...CONTACT_KINDS, ...TRANSFORM_KINDS] as const

const BATCH_SIZE = 500

interface LocalRow {
  id: string
  tenant_id: string
  /** Whom it changes: of a contact that became another one, that one. */
  contact_id: string
  /** The contact whose actor asked for it. */
  asker_id: string
  shard: number
  correlation_id: string
  command: ContactCommand
}

/** What an effect did: its result, and the tags that the contact did not have before. */
interface Changed {
  result: Result
  contact: ContactFacts
  tags: string[]
}

type Key = Pick<LocalRow, 'id' | 'tenant_id'>

/** Performs waiting local effects. @returns true when there may be more */
export async function performLocalEffects(pool: Pool): Promise<boolean> {
  const isMore = await performContactEffects(pool)
  return (await performTransforms(pool)) || isMore
}

async function performContactEffects(pool: Pool): Promise<boolean> {
  const keys = await run<Key>(pool, WAITING, [CONTACT_KINDS, BATCH_SIZE])
  if (keys.length === 0) return false
  await performGroup(pool, keys)
  return keys.length === BATCH_SIZE
}

/** One that the database refuses ends in the dead letters and does not keep its neighbours waiting (I5). */
async function performGroup(pool: Pool, keys: Key[]): Promise<void> {
  try {
    await inTransaction(pool, (db) => performTaken(db, keys))
  } catch (error) {
    if (!isWriteRefused(error) && !isFluxoError(error, 'EVENT_TOO_LARGE')) throw error
    const [only] = keys
    if (keys.length === 1 && only) return refuse(pool, only, error as Error)
    const middle = Math.ceil(keys.length / 2)
    await performGroup(pool, keys.slice(0, middle))
    await performGroup(pool, keys.slice(middle))
  }
}

async function performTaken(db: Queryable, keys: Key[]): Promise<void> {
  const taken = await run<LocalRow>(db, TAKE, [
    keys.map((key) => key.tenant_id),
    keys.map((key) => key.id),
  ])
  const rows = await lockContacts(db, taken)
  const changes = await changeContacts(db, rows)
  await tellMerged(db, rows, changes)
  await settleEffects(
    db,
    rows.map((row) => ({
      tenantId: row.tenant_id,
      effectId: row.id,
      claimToken: null,
      result: changes.get(row.id)?.result ?? { type: 'failed', error: CONTACT_GONE },
    })),
  )
  await tellAddedTags(
    db,
    rows.flatMap((row) => addedBy(row, changes.get(row.id))),
  )
}

function addedBy(row: LocalRow, changed: Changed | undefined): AddedTags[] {
  if (!changed || changed.tags.length === 0) return []
  const { tags, contact } = changed
  const { tenant_id: tenantId, contact_id: contactId, correlation_id: correlationId } = row
  const shard = shardFor(row)
  const cause = { effectId: row.id, source: row.command.kind, correlationId }
  return [{ tenantId, contactId, shard, ...cause, tags, contact }]
}

function shardFor({
  tenant_id: tenantId,
  contact_id: contactId,
  asker_id,
  shard,
}: LocalRow): number {
  return contactId === asker_id ? shard : shardOf(tenantId, contactId)
}

/** The result goes by the actor that asked for it, which does not know the facts of who it became. */
async function tellMerged(
  db: Queryable,
  rows: LocalRow[],
  changes: Map<string, Changed>,
): Promise<void> {
  await enqueueEnvelopes(
    db,
    rows.flatMap((row) => {
      const contact = changes.get(row.id)?.contact
      if (!contact || row.contact_id === row.asker_id) return []
      const told = { type: 'contact.updated', correlationId: row.correlation_id, contact }
      const envelope = mergeEnvelope(row.tenant_id, row.contact_id, told)
      return [{ envelope, shard: shardFor(row) }]
    }),
  )
}

async function refuse(pool: Pool, key: Key, { message }: Error): Promise<void> {
  const result: Result = { type: 'failed', error: { code: 'CONTACT_NOT_STORABLE', message } }
  const settlement = { tenantId: key.tenant_id, effectId: key.id, claimToken: null, result }
  await inTransaction(pool, (db) => settleEffects(db, [settlement]))
}

const CONTACT_GONE = { code: 'CONTACT_UNKNOWN', message: 'The contact does not exist any more' }

/** The effects, each with whom it changes: known for sure only while nobody can merge them. */
async function lockContacts(db: Queryable, rows: LocalRow[]): Promise<LocalRow[]> {
  const merged = await run<{ tenant_id: string; id: string; merged_into: string | null }>(
    db,
    LOCK,
    [rows.map((row) => row.tenant_id), rows.map((row) => row.contact_id)],
  )
  if (merged.every((row) => row.merged_into === null)) return rows
  const intos = new Map(merged.map((row) => [`${row.tenant_id} ${row.id}`, row.merged_into]))
  return rows.map((row) => {
    return { ...row, contact_id: intos.get(`${row.tenant_id} ${row.contact_id}`) ?? row.contact_id }
  })
}

/** Effects that meet the same contact or address go one after the other, so that the later one sees the earlier. */
async function changeContacts(db: Queryable, rows: LocalRow[]): Promise<Map<string, Changed>> {
  const changes = new Map<string, Changed>()
  let rest = rows
  while (rest.length > 0) {
    const taken = new Set<string>()
    const now = rest.filter((row) => {
      const keys = keysOf(row)
      if (keys.some((key) => taken.has(key))) return false
      for (const key of keys) taken.add(key)
      return true
    })
    for (const [id, changed] of await changeDistinct(db, now)) changes.set(id, changed)
    const done = new Set(now)
    rest = rest.filter((row) => !done.has(row))
  }
  return changes
}

function keysOf({ id, tenant_id: tenant, contact_id: contact, command }: LocalRow): string[] {
  const { phone, email } = changeOf(command, id)
  return [contact, phone, email]
    .filter((key): key is string => key !== null)
    .map((key) => `${tenant} ${key}`)
}

type ChangedRow = ContactFacts & {
  effect_id: string
  tags_before: string[]
  known_consents: Consents
}

async function changeDistinct(db: Queryable, rows: LocalRow[]): Promise<Map<string, Changed>> {
  const changes = rows.map((row) => changeOf(row.command, row.id))
  await writeConsents(db, rows.flatMap(consentsOf))
  const changed = await run<ChangedRow>(db, CHANGE, [
    rows.map((row) => row.id),
    rows.map((row) => row.tenant_id),
    rows.map((row) => row.contact_id),
    changes.map((change) => change.name),
    changes.map((change) => change.phone),
    changes.map((change) => change.email),
    changes.map((change) => JSON.stringify(change.tags)),
    changes.map((change) => JSON.stringify(change.removedTags)),
    changes.map((change) => JSON.stringify(change.fields)),
    changes.map((change) => JSON.stringify(change.deals)),
  ])
  const commands = new Map(rows.map((row) => [row.id, row.command]))
  return new Map(
    changed.map(({ effect_id: id, name, phone, email, tags, fields, ...row }) => {
      const contact = factsWith({ name, phone, email, tags, fields }, row.known_consents)
      const output = outputOf(commands.get(id), id, contact)
      const result: Result = { type: 'done', providerMessageId: null, output, contact }
      return [id, { result, contact, tags: tags.filter((tag) => !row.tags_before.includes(tag)) }]
    }),
  )
}

const WAITING = {
  name: 'waiting_local_effects',
  text: `select tenant_id, id from outbox
    where status = 'waiting' and channel_id is null and kind = any($1::text[])
      and next_at <= statement_timestamp()
    order by position limit $2`,
}

const TAKE = {
  name: 'take_local_effects',
  text: `select o.id, o.tenant_id, o.contact_id, o.contact_id as asker_id, o.shard, o.correlation_id, o.command
    from unnest($1::text[], $2::text[]) as item(tenant_id, id) join outbox o using (tenant_id, id)
    where o.status = 'waiting' order by o.position for update of o skip locked`,
}

/** Locked in order, so that two dispatchers with effects of the same people do not deadlock. */
const LOCK = {
  name: 'lock_contacts',
  text: `select c.tenant_id, c.id, c.merged_into
    from unnest($1::text[], $2::text[]) as item(tenant_id, id) join contacts c using (tenant_id, id)
    order by c.tenant_id, c.id for no key update of c`,
}

/**
 * An address that another contact has stays there: two people must not become one by a form field. Of the deals
 * the latest 50 stay, because the contact's facts travel with every event.
 */
const CHANGE = {
  name: 'change_contacts',
  text: `update contacts c set
      name = coalesce(item.name, c.name),
      phone_e164 = case when item.phone is null or exists (select 1 from contacts other
          where other.tenant_id = c.tenant_id and other.phone_e164 = item.phone) then c.phone_e164
        else item.phone end,
      email = case when item.email is null or exists (select 1 from contacts other
          where other.tenant_id = c.tenant_id and other.email = item.email) then c.email
        else item.email end,
      tags = (select coalesce(array_agg(distinct tag), '{}') from (
        select unnest(c.tags) tag union select jsonb_array_elements_text(item.tags)) all_tags
        where not item.removed ? tag),
      fields_json = c.fields_json || item.fields || case when item.deals = '[]' then '{}' else
        jsonb_build_object('deals', jsonb_path_query_array(
          case jsonb_typeof(c.fields_json->'deals') when 'array' then c.fields_json->'deals' else '[]' end
            || item.deals, '$[last - 49 to last]')) end,
      updated_at = now()
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[],
      $9::jsonb[], $10::jsonb[])
      as item(effect_id, tenant_id, contact_id, name, phone, email, tags, removed, fields, deals)
    join contacts old on old.tenant_id = item.tenant_id and old.id = item.contact_id
    where c.tenant_id = item.tenant_id and c.id = item.contact_id
    returning item.effect_id, old.tags as tags_before, c.name, c.phone_e164 as phone, c.email, c.tags, c.fields_json as fields,
      c.consents_json as known_consents`,
}

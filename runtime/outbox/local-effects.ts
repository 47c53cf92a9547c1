// Effects on our own records need no executor: performed and settled in one transaction, so exactly once.

import type { Pool } from 'pg'
import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { Command } from '#machines/contracts/effect.ts'
import { normalizePhone } from '../connectors/phone.ts'
import { inTransaction, type Queryable, run } from '../db/pool.ts'
import { settleEffects, type Result } from './settle.ts'

export const LOCAL_KINDS = ['contact.upsert'] as const

const BATCH_SIZE = 500

interface LocalRow {
  id: string
  tenant_id: string
  contact_id: string
  command: Extract<Command, { kind: 'contact.upsert' }>
}

/** Performs waiting local effects. @returns true when there may be more */
export async function performLocalEffects(pool: Pool): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const rows = await run<LocalRow>(db, TAKE, [LOCAL_KINDS, BATCH_SIZE])
    if (rows.length === 0) return false
    const results = await upsertContacts(db, rows)
    await settleEffects(
      db,
      rows.map((row) => ({
        tenantId: row.tenant_id,
        effectId: row.id,
        claimToken: null,
        result: results.get(row.id) ?? { type: 'failed', error: CONTACT_GONE },
      })),
    )
    return rows.length === BATCH_SIZE
  })
}

const CONTACT_GONE = { code: 'CONTACT_UNKNOWN', message: 'The contact does not exist any more' }

/** Effects that meet the same contact or address go one after the other, so that the later one sees the earlier. */
async function upsertContacts(db: Queryable, rows: LocalRow[]): Promise<Map<string, Result>> {
  const results = new Map<string, Result>()
  let rest = rows
  while (rest.length > 0) {
    const taken = new Set<string>()
    const now = rest.filter((row) => {
      const keys = keysOf(row)
      if (keys.some((key) => taken.has(key))) return false
      for (const key of keys) taken.add(key)
      return true
    })
    for (const [id, result] of await upsertDistinct(db, now)) results.set(id, result)
    const done = new Set(now)
    rest = rest.filter((row) => !done.has(row))
  }
  return results
}

function keysOf({ tenant_id: tenant, contact_id: contact, command }: LocalRow): string[] {
  const { phone, email } = command.patch
  return [contact, phone && normalizePhone(phone), email?.trim().toLowerCase()]
    .filter((key): key is string => typeof key === 'string')
    .map((key) => `${tenant} ${key}`)
}

async function upsertDistinct(db: Queryable, rows: LocalRow[]): Promise<Map<string, Result>> {
  const patches = rows.map((row) => row.command.patch)
  const updated = await run<ContactFacts & { effect_id: string }>(db, UPSERT, [
    rows.map((row) => row.id),
    rows.map((row) => row.tenant_id),
    rows.map((row) => row.contact_id),
    patches.map((patch) => patch.name ?? null),
    patches.map((patch) => (patch.phone ? normalizePhone(patch.phone) : null)),
    patches.map((patch) => patch.email?.trim().toLowerCase() ?? null),
    patches.map((patch) => JSON.stringify(patch.tags ?? [])),
    patches.map((patch) => JSON.stringify(patch.fields ?? {})),
  ])
  return new Map(
    updated.map(({ effect_id: id, name, phone, email, tags, fields }) => {
      const contact = { name, phone, email, tags, fields }
      return [id, { type: 'done', providerMessageId: null, output: contact, contact }]
    }),
  )
}

const TAKE = {
  name: 'take_local_effects',
  text: `select id, tenant_id, contact_id, command from outbox
    where kind = any($1::text[]) and status = 'waiting' and next_at <= clock_timestamp()
    order by position limit $2 for update skip locked`,
}

/** An address that another contact has stays there: two people must not become one by a form field. */
const UPSERT = {
  name: 'upsert_contacts',
  text: `update contacts c set
      name = coalesce(item.name, c.name),
      phone_e164 = case when item.phone is null or exists (select 1 from contacts other
          where other.tenant_id = c.tenant_id and other.phone_e164 = item.phone) then c.phone_e164
        else item.phone end,
      email = case when item.email is null or exists (select 1 from contacts other
          where other.tenant_id = c.tenant_id and other.email = item.email) then c.email
        else item.email end,
      tags = (select coalesce(array_agg(distinct tag), '{}') from (
        select unnest(c.tags) tag union select jsonb_array_elements_text(item.tags)) all_tags),
      fields_json = c.fields_json || item.fields,
      updated_at = now()
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])
      as item(effect_id, tenant_id, contact_id, name, phone, email, tags, fields)
    where c.tenant_id = item.tenant_id and c.id = item.contact_id
    returning item.effect_id, c.name, c.phone_e164 as phone, c.email, c.tags, c.fields_json as fields`,
}

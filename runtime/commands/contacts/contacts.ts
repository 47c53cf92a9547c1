// Finding contacts and reading their conversation.

import type { Contact as ContactItem, Message } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { normalizePhone } from '../../connectors/phone.ts'
import { Contact } from '../../db/entities/contact.ts'
import { inTenant, type Orm, type Records } from '../../db/orm.ts'
import type { Actor, Page, PageQuery, Runtime } from '../../face.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { messageText } from './message-text.ts'

type ContactQuery = Parameters<Runtime['contacts']['list']>[1]

interface ContactRow {
  id: string
  name?: string | null | undefined
  phone?: string | null | undefined
  email?: string | null | undefined
  tags: string[]
  fields: JsonObject
  lastChannel?: string | null | undefined
  createdAt: Date
  updatedAt: Date
}

/** The instant that a list is sorted by, to the microsecond: a Date knows milliseconds only. */
interface Positioned {
  position: string
}

/** Creates the commands of contacts. */
export function createContacts(orm: Orm): Runtime['contacts'] {
  return {
    list: (actor, query) => inTenant(orm, actor.tenantId, (records) => list(records, actor, query)),
    get: (actor, contactId) =>
      inTenant(orm, actor.tenantId, (records) => getContact(records, actor, contactId)),
    messages: (actor, contactId, query) =>
      inTenant(orm, actor.tenantId, async (records) => {
        const { id } = await getContact(records, actor, contactId)
        const contactIds = await contactIdsOf(records, actor, id)
        return listMessages(records, { actor, contactIds, query })
      }),
  }
}

/**
 * The contact, or the one that it became.
 * @throws {FluxoError} RESOURCE_NOT_FOUND, also for a contact of another tenant
 */
export async function getContact(
  records: Records,
  actor: Actor,
  contactId: string,
): Promise<ContactItem> {
  const contact = await records.findOne(Contact, { tenantId: actor.tenantId, id: contactId })
  if (!contact) throw new FluxoError('RESOURCE_NOT_FOUND')
  return contact.mergedInto ? getContact(records, actor, contact.mergedInto) : contactItem(contact)
}

/** The contact and all that became it, itself first: what was recorded under their ids is the person's. */
export async function contactIdsOf(
  records: Records,
  { tenantId }: Actor,
  contactId: string,
): Promise<string[]> {
  const rows: { id: string }[] = await records.execute(
    'select id from contacts where tenant_id = ? and merged_into = ? order by id',
    [tenantId, contactId],
  )
  return [contactId, ...rows.map(({ id }) => id)]
}

async function list(
  records: Records,
  actor: Actor,
  query: ContactQuery,
): Promise<Page<ContactItem>> {
  const [createdAt, id] = readCursor(query.cursor, 2)
  const phone = query.phone === undefined ? null : (normalizePhone(query.phone) ?? query.phone)
  const words = query.q?.trim().toLowerCase() || null
  const digits = words?.replaceAll(/\D/g, '') || null
  const rows: (ContactRow & Positioned)[] = await records.execute(LIST, [
    actor.tenantId,
    phone,
    actor.tenantId,
    phone,
    query.email?.toLowerCase() ?? null,
    actor.tenantId,
    query.email?.toLowerCase() ?? null,
    words,
    words === null ? null : `%${escapeLike(words)}%`,
    words === null ? null : `%${escapeLike(words)}%`,
    digits === null || digits.length < 4 ? null : `%${digits}%`,
    createdAt,
    createdAt,
    id,
    query.limit + 1,
  ])
  return pageOf(rows, query.limit, {
    item: contactItem,
    key: (row) => [row.position, row.id],
  })
}

function contactItem(row: ContactRow): ContactItem {
  const { id, tags, fields } = row
  return {
    id,
    name: row.name ?? null,
    phone: row.phone ?? null,
    email: row.email ?? null,
    tags,
    fields,
    lastChannel: row.lastChannel ?? null,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  }
}

interface MessageRow {
  id: string
  direction: 'in' | 'out'
  channel: string
  kind: string
  content: JsonObject
  status: string
  error: { code: string; message: string } | null
  providerMessageId: string | null
  effectId: string | null
  createdAt: Date
  templateBody: string | null
}

async function listMessages(
  records: Records,
  { actor, contactIds, query }: { actor: Actor; contactIds: string[]; query: PageQuery },
): Promise<Page<Message>> {
  const [createdAt, id] = readCursor(query.cursor, 2)
  const rows: (MessageRow & Positioned)[] = await records.execute(messagesOf(contactIds), [
    actor.tenantId,
    ...contactIds,
    createdAt,
    createdAt,
    id,
    query.limit + 1,
  ])
  return pageOf(rows, query.limit, {
    item: ({ templateBody, createdAt: at, position: _position, ...row }) => ({
      ...row,
      text: messageText(row.content, templateBody),
      createdAt: iso(at),
    }),
    key: (row) => [row.position, row.id],
  })
}

function iso(value: Date): string {
  return new Date(value).toISOString()
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}

const LIST = `select id, name, phone_e164 as "phone", email, tags, fields_json as "fields",
    last_channel as "lastChannel", created_at as "createdAt", updated_at as "updatedAt",
    created_at::text as "position"
  from contacts
  where tenant_id = ? and merged_into is null
    and (?::text is null or id in (select coalesce(merged_into, id) from contacts where tenant_id = ? and phone_e164 = ?))
    and (?::text is null or id in (select coalesce(merged_into, id) from contacts where tenant_id = ? and email = ?))
    and (?::text is null or lower(name) like ? or email like ? or phone_e164 like ?)
    and (?::timestamptz is null or (created_at, id) < (?::timestamptz, ?))
  order by created_at desc, id desc limit ?`

const messagesOf = (
  ids: string[],
): string => `select m.id, m.direction, m.channel, m.kind, m.content_json as "content", m.status,
    m.error_json as "error", m.provider_msg_id as "providerMessageId",
    m.effect_id as "effectId", m.created_at as "createdAt",
    m.created_at::text as "position", t.body as "templateBody"
  from messages m
  left join lateral (select body from templates t
    where t.tenant_id = m.tenant_id and m.kind = 'template' and t.kind = m.channel
      and t.name = m.content_json->>'name'
      and (m.content_json->>'language' is null or t.language = m.content_json->>'language')
    order by t.language limit 1) t on true
  where m.tenant_id = ? and m.contact_id in (${ids.map(() => '?').join(', ')})
    and (?::timestamptz is null or (m.created_at, m.id) < (?::timestamptz, ?))
  order by m.created_at desc, m.id desc limit ?`

// Work in the mailbox: contacts of one tenant, and messages of them that wait, made by the database itself.

import type { Pool } from 'pg'
import { createTenant, publish, type TestTenant } from '../../runtime/testing/tenant.ts'
import { DIALOGUE } from './dialogue.ts'

/** How much a round does. Every contact writes its first message, then every contact its second … */
export interface Size {
  contacts: number
  /** Messages of each contact. */
  messages: number
}

/** What a contender left behind; equal for all of them, or they were not measured at the same work. */
export interface Written {
  /** Contacts that have a state. */
  states: number
  /** Entries of journals. */
  journal: number
  /** Effects that were recorded. */
  effects: number
}

export const eventsIn = ({ contacts, messages }: Size): number => contacts * messages

/** A tenant with the published conversation. */
export async function makeTenant(pool: Pool): Promise<TestTenant> {
  const tenant = await createTenant(pool)
  await publish(pool, tenant, DIALOGUE)
  return tenant
}

/** Forgets the round before, makes new contacts and lets their messages wait. */
export async function fillMailbox(pool: Pool, tenant: TestTenant, size: Size): Promise<void> {
  await pool.query(EMPTY_ALL)
  await addContacts(pool, tenant, size.contacts)
  await fillMessages(pool, tenant, { contacts: null, messages: size.messages })
  await pool.query('vacuum analyze contacts, conversations')
}

/** Contacts who have not written yet. */
export async function addContacts(pool: Pool, tenant: TestTenant, count: number): Promise<void> {
  await pool.query(CONTACTS, [tenant.id, count])
  await pool.query(CONVERSATIONS, [tenant.id, tenant.channelId])
}

/** Lets so many messages of each of the contacts wait; null means of all. */
export async function fillMessages(
  pool: Pool,
  tenant: TestTenant,
  { contacts, messages }: { contacts: readonly string[] | null; messages: number },
): Promise<void> {
  await sendMessages(pool, tenant, { contacts, messages })
  await pool.query('vacuum analyze mailbox')
}

/** The same, for a mailbox that is in use. */
export async function sendMessages(
  pool: Pool,
  tenant: TestTenant,
  { contacts, messages }: { contacts: readonly string[] | null; messages: number },
): Promise<void> {
  await pool.query(MESSAGES, [tenant.id, contacts, messages, tenant.channelId])
}

/** Everything that a contact leaves behind, and the contacts. */
export const EMPTY_ALL = `truncate mailbox, actor_snapshots, journal, outbox, messages, conversations,
  workflow_runs, run_places, state_counts, timers, events, contacts cascade`

/** What the tables hold. */
export async function countWritten(pool: Pool): Promise<Written> {
  const { rows } =
    await pool.query<Written>(`select (select count(*) from actor_snapshots) as states,
    (select count(*) from journal) as journal, (select count(*) from outbox) as effects`)
  return rows[0] ?? { states: 0, journal: 0, effects: 0 }
}

const CONTACT_ID = `'cnt_' || lpad(n::text, 10, '0')`

/** Named by numbers, so that their ids have ten digits of their own. */
export const CONTACTS = `insert into contacts (tenant_id, id, name, phone_e164, shard)
  select $1::text, id, 'Ana ' || n, '+55119' || lpad(n::text, 8, '0'),
    get_byte(sha256(($1::text || '/' || id)::bytea), 0)
  from (select n, ${CONTACT_ID} as id from generate_series(1, $2::int) n) numbered`

/** As the gateway has made it when it accepted the first message. */
const CONVERSATIONS = `insert into conversations (tenant_id, id, contact_id, channel_id)
  select $1::text, 'cnv_' || substr(id, 5), id, $2::text from contacts where tenant_id = $1::text`

const MESSAGES = `insert into mailbox (tenant_id, contact_id, shard, envelope)
  select $1::text, c.id, c.shard, json_build_object(
    'event_id', event_id, 'tenant_id', $1::text, 'contact_id', c.id, 'type', 'message.received',
    'source', 'whatsapp', 'occurred_at', now(), 'correlation_id', event_id,
    'payload', json_build_object(
      'channel', 'whatsapp', 'channelId', $4::text, 'messageId', 'msg_' || substr(event_id, 5),
      'providerMessageId', 'wamid.' || event_id, 'kind', 'text', 'text', 'Resposta ' || m,
      'content', json_build_object('type', 'text'), 'sentAt', now()),
    'contact', json_build_object('name', c.name, 'phone', c.phone_e164, 'email', null,
      'tags', '[]'::json, 'fields', '{}'::json))
  from generate_series(1, $3::int) m, contacts c,
    lateral (select 'evt_' || lpad(m::text, 6, '0') || substr(c.id, 5) as event_id) e
  where c.tenant_id = $1::text and ($2::text[] is null or c.id = any($2::text[]))
  order by m, c.id`

// Event, lead and message records of accepted arrivals. Each function is one statement over arrays, or two.

import { MESSAGE_STATUS_RANK } from '#machines/contracts/event.ts'
import type { LeadArrival, MessageArrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import type { Incoming } from './incoming.ts'

/** One row per arrival in the tenant's event log. */
export async function storeEvents(db: Queryable, items: Incoming[]): Promise<void> {
  if (items.length === 0) return
  await run(db, EVENTS, [
    items.map((item) => item.tenantId),
    items.map((item) => item.eventId),
    items.map(({ arrival }) => eventTypeOf(arrival)),
    items.map(({ arrival }) => arrival.source),
    items.map((item) => item.contact.id),
    items.map(({ arrival }) => JSON.stringify(payloadOf(arrival))),
    items.map(({ arrival }) => arrival.occurredAt),
  ])
}

function eventTypeOf(arrival: Incoming['arrival']): string {
  if (arrival.type === 'lead') return 'lead.captured'
  return arrival.type === 'event' ? arrival.eventType : 'message.received'
}

function payloadOf(arrival: Incoming['arrival']): unknown {
  if (arrival.type === 'message')
    return { kind: arrival.kind, text: arrival.text, content: arrival.content }
  return arrival.type === 'status' ? {} : arrival.payload
}

/** The lead itself, as it came. */
export async function storeLeads(db: Queryable, items: Incoming[]): Promise<void> {
  if (items.length === 0) return
  const leads = items.map((item) => ({ ...item, lead: item.arrival as LeadArrival }))
  await run(db, LEADS, [
    leads.map((item) => item.tenantId),
    leads.map(() => createId('lead')),
    leads.map((item) => item.lead.sourceId),
    leads.map((item) => item.contact.id),
    leads.map((item) => item.eventId),
    leads.map((item) => item.lead.externalId),
    leads.map((item) => JSON.stringify(item.lead.payload)),
    leads.map((item) => item.lead.occurredAt),
  ])
}

/** Incoming messages with their conversations. */
export async function storeMessages(db: Queryable, items: Incoming[]): Promise<void> {
  if (items.length === 0) return
  const messages = items.map((item) => ({ ...item, message: item.arrival as MessageArrival }))
  await ensureConversations(
    db,
    messages.map(({ tenantId, contact, message }) => ({
      tenantId,
      contactId: contact.id,
      channelId: message.channelId,
    })),
  )
  await run(db, MESSAGES, [
    messages.map((item) => item.tenantId),
    messages.map((item) => item.messageId),
    messages.map((item) => item.contact.id),
    messages.map((item) => item.message.channelId),
    messages.map((item) => item.message.channel),
    messages.map((item) => item.message.kind),
    messages.map((item) => item.message.providerMessageId),
    messages.map((item) => JSON.stringify({ ...item.message.content, text: item.message.text })),
    messages.map((item) => item.message.occurredAt),
  ])
  await run(db, LAST_CHANNEL, [
    messages.map((item) => item.tenantId),
    messages.map((item) => item.contact.id),
    messages.map((item) => item.message.channel),
  ])
}

/** One conversation per contact and channel; made with the first message either way. */
export async function ensureConversations(
  db: Queryable,
  items: { tenantId: string; contactId: string; channelId: string }[],
): Promise<void> {
  await run(db, CONVERSATIONS, [
    items.map((item) => item.tenantId),
    items.map(() => createId('conversation')),
    items.map((item) => item.contactId),
    items.map((item) => item.channelId),
  ])
}

const EVENTS = {
  name: 'store_events',
  text: `insert into events
      (tenant_id, id, type, source, contact_id, payload_json, correlation_id, occurred_at)
    select tenant_id, id, type, source, contact_id, payload, id, occurred_at
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])
      as item(tenant_id, id, type, source, contact_id, payload, occurred_at)`,
}

const LEADS = {
  name: 'store_leads',
  text: `insert into leads
      (tenant_id, id, source_id, contact_id, event_id, external_id, payload_json, captured_at)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
      $7::jsonb[], $8::timestamptz[])`,
}

const CONVERSATIONS = {
  name: 'ensure_conversations',
  text: `insert into conversations (tenant_id, id, contact_id, channel_id)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
      as item(tenant_id, id, contact_id, channel_id)
    order by tenant_id, contact_id, channel_id
    on conflict (tenant_id, contact_id, channel_id) do nothing`,
}

const MESSAGES = {
  name: 'store_messages',
  text: `insert into messages
      (tenant_id, id, conversation_id, contact_id, channel, direction, kind, provider_msg_id,
       content_json, status, status_rank, created_at)
    select item.tenant_id, item.id, v.id, item.contact_id, item.channel, 'in', item.kind,
      item.provider_msg_id, item.content, 'received', ${MESSAGE_STATUS_RANK.read}, item.sent_at
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::jsonb[], $9::timestamptz[])
      as item(tenant_id, id, contact_id, channel_id, channel, kind, provider_msg_id, content, sent_at)
    join conversations v on v.tenant_id = item.tenant_id and v.contact_id = item.contact_id
      and v.channel_id = item.channel_id`,
}

/** Locked in order, so that two gateways that hear the same people do not deadlock. */
const LAST_CHANNEL = {
  name: 'note_last_channel',
  text: `with changed as (
      select c.tenant_id, c.id, item.channel
      from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, contact_id, channel)
      join contacts c on c.tenant_id = item.tenant_id and c.id = item.contact_id
      where c.last_channel is distinct from item.channel
      order by c.tenant_id, c.id for no key update of c)
    update contacts c set last_channel = changed.channel from changed
    where c.tenant_id = changed.tenant_id and c.id = changed.id`,
}

// Event, message, lead and mailbox rows of accepted arrivals: one statement for what nearly all of them need, and one
// each for what only some do.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { MESSAGE_STATUS_RANK } from '#machines/contracts/event.ts'
import type { EchoArrival, LeadArrival, MessageArrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { bodyOf } from './enqueue.ts'
import type { Incoming } from './incoming.ts'

export interface Recorded {
  incoming: Incoming
  envelope: Envelope
}

/**
 * The tenant's event log, the messages and the mailbox, in the given order.
 * @throws {FluxoError} EVENT_TOO_LARGE
 */
export async function storeRecords(db: Queryable, items: Recorded[]): Promise<void> {
  const rows = items.map(rowOf)
  await run(db, RECORDS, [
    rows.map((row) => row.tenantId),
    rows.map((row) => row.eventId),
    rows.map((row) => row.contactId),
    rows.map((row) => row.occurredAt),
    rows.map((row) => row.type),
    rows.map((row) => row.source),
    rows.map((row) => row.payload),
    rows.map((row) => row.message?.messageId ?? null),
    rows.map((row) => row.message?.conversationId ?? null),
    rows.map((row) => row.message?.channel ?? null),
    rows.map((row) => row.message?.kind ?? null),
    rows.map((row) => row.message?.providerMessageId ?? null),
    rows.map((row) => row.message?.content ?? null),
    rows.map((row) => row.shard),
    rows.map((row) => row.envelope),
  ])
  noticeAfterCommit(db, CHANNELS.mailbox)
}

function rowOf({ incoming, envelope }: Recorded) {
  const { tenantId, eventId, arrival, contact } = incoming
  const { source, occurredAt } = arrival
  return {
    tenantId,
    eventId,
    contactId: contact.id,
    shard: contact.shard,
    occurredAt,
    source,
    // A status is no event of the tenant's log.
    type: arrival.type === 'status' ? null : envelope.type,
    payload: payloadOf(arrival),
    message:
      arrival.type === 'message' || arrival.type === 'echo' ? messageOf(incoming, arrival) : null,
    envelope: bodyOf(envelope),
  }
}

function payloadOf(arrival: Incoming['arrival']): string | null {
  if (arrival.type === 'status') return null
  if ('payload' in arrival) return JSON.stringify(arrival.payload)
  const { kind, text, content } = arrival
  return JSON.stringify({ kind, text, content })
}

function messageOf({ messageId, contact }: Incoming, message: MessageArrival | EchoArrival) {
  const { channel, kind, providerMessageId, text, content } = message
  return {
    messageId,
    conversationId: contact.conversationId,
    channel,
    kind,
    providerMessageId,
    content: JSON.stringify({ ...content, text }),
  }
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

type Message = Incoming & { arrival: MessageArrival | EchoArrival }

/** The items with the conversations of their messages, made where they are missing. */
export async function openConversations(db: Queryable, items: Incoming[]): Promise<Incoming[]> {
  const missing = items.filter(isMessage).filter(({ contact }) => contact.conversationId === null)
  if (missing.length === 0) return items
  const wanted = missing.map(({ tenantId, contact, arrival }) => {
    return { tenantId, contactId: contact.id, channelId: arrival.channelId }
  })
  await ensureConversations(db, wanted)
  const rows = await run<{ tenant_id: string; contact_id: string; channel_id: string; id: string }>(
    db,
    FIND_CONVERSATIONS,
    [
      wanted.map((item) => item.tenantId),
      wanted.map((item) => item.contactId),
      wanted.map((item) => item.channelId),
    ],
  )
  const ids = new Map(
    rows.map((row) => [`${row.tenant_id} ${row.contact_id} ${row.channel_id}`, row.id]),
  )
  return items.map((item) => {
    if (!isMessage(item) || item.contact.conversationId !== null) return item
    const { tenantId, contact, arrival } = item
    const conversationId = ids.get(`${tenantId} ${contact.id} ${arrival.channelId}`) ?? null
    return { ...item, contact: { ...contact, conversationId } }
  })
}

function isMessage(item: Incoming): item is Message {
  return item.arrival.type === 'message' || item.arrival.type === 'echo'
}

/** Notes where these contacts were heard of last, if it is not known yet. */
export async function noteLastChannel(db: Queryable, items: Incoming[]): Promise<void> {
  const moved = items
    .filter(isMessage)
    .filter(({ arrival }) => arrival.type === 'message')
    .filter(({ contact, arrival }) => contact.lastChannel !== arrival.channel)
  if (moved.length === 0) return
  await run(db, LAST_CHANNEL, [
    moved.map((item) => item.tenantId),
    moved.map((item) => item.contact.id),
    moved.map((item) => item.arrival.channel),
  ])
}

/** One conversation per contact and channel; made with the first message either way. */
async function ensureConversations(
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

/**
 * Providers tell whole seconds: within the second a message stands where it came in, so that what was said to the
 * contact before it does not appear behind it.
 */
const SAID_AT = `greatest(occurred_at::timestamptz, case when occurred_at::timestamptz = date_trunc('second', occurred_at::timestamptz)
          then least(occurred_at::timestamptz + interval '999 milliseconds', clock_timestamp()) end)`

const RECORDS = {
  name: 'store_records',
  text: `with event as (
      insert into events
        (tenant_id, id, type, source, contact_id, payload_json, correlation_id, occurred_at)
      select tenant_id, id, type, source, contact_id, payload, id, occurred_at::timestamptz
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
        as item(tenant_id, id, contact_id, occurred_at, type, source, payload)
      where type is not null),
    message as (
      insert into messages
        (tenant_id, id, conversation_id, contact_id, channel, direction, kind, provider_msg_id,
         content_json, status, status_rank, created_at)
      select tenant_id, id, conversation_id, contact_id, channel,
        case when type = 'message.echoed' then 'out' else 'in' end, kind, provider_msg_id, content,
        case when type = 'message.echoed' then 'sent' else 'received' end,
        case when type = 'message.echoed' then ${MESSAGE_STATUS_RANK.sent} else ${MESSAGE_STATUS_RANK.read} end,
        ${SAID_AT}
      from unnest($1::text[], $3::text[], $4::text[], $5::text[], $8::text[], $9::text[], $10::text[], $11::text[],
          $12::text[], $13::jsonb[])
        as item(tenant_id, contact_id, occurred_at, type, id, conversation_id, channel, kind, provider_msg_id,
          content)
      where id is not null)
    insert into mailbox (tenant_id, contact_id, shard, envelope)
    select tenant_id, contact_id, shard, envelope
    from unnest($1::text[], $3::text[], $14::smallint[], $15::json[]) with ordinality
      as item(tenant_id, contact_id, shard, envelope, n)
    order by n`,
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

const FIND_CONVERSATIONS = {
  name: 'find_conversations',
  text: `select tenant_id, contact_id, channel_id, id from conversations
    join unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, contact_id, channel_id)
      using (tenant_id, contact_id, channel_id)`,
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

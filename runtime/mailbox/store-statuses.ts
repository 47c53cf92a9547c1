// Provider statuses: the message moves forward by rank and never back (F17), and a send that nobody was sure of
// is settled by the first status that names it (I6).

import { MESSAGE_STATUS_RANK } from '#machines/contracts/event.ts'
import type { StatusArrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import { settleByStatus } from '../outbox/settle/settle.ts'
import { shardOf } from '../shard/shard-of.ts'
import type { KnownContact } from './resolve-contacts.ts'
import type { Incoming, TenantArrival } from './incoming.ts'

type Draft = TenantArrival & { index: number }

interface MessageRow {
  n: number
  id: string
  contact_id: string
  status_rank: number
}

/** The contact and message that each status speaks of: by our effect id, else by the provider's id. */
export async function findMessages(
  db: Queryable,
  drafts: Draft[],
): Promise<Map<number, KnownContact>> {
  if (drafts.length === 0) return new Map()
  const statuses = drafts.map((draft) => draft.arrival as StatusArrival)
  const rows = await run<MessageRow>(db, FIND, [
    drafts.map((draft) => draft.index),
    drafts.map((draft) => draft.tenantId),
    statuses.map((status) => status.effectId),
    statuses.map((status) => status.providerMessageId),
  ])
  const tenants = new Map(drafts.map((draft) => [draft.index, draft.tenantId]))
  return new Map(
    rows.map((row) => [
      row.n,
      {
        id: row.contact_id,
        shard: shardOf(tenants.get(row.n) ?? '', row.contact_id),
        facts: null,
        lastChannel: null,
        conversationId: null,
        messageId: row.id,
        statusRank: row.status_rank,
      },
    ]),
  )
}

/**
 * Settles what was still open and moves the messages forward. Outbox rows before message rows, the order in which
 * a send settles itself: the two meet often.
 */
export async function applyStatuses(db: Queryable, items: Incoming[]): Promise<void> {
  if (items.length === 0) return
  const statuses = highestPerMessage(items)
  await settleByStatus(
    db,
    statuses.flatMap(({ tenantId, status }) =>
      status.effectId === null ? [] : [{ tenantId, effectId: status.effectId, status }],
    ),
  )
  await run(db, APPLY, [
    statuses.map((item) => item.tenantId),
    statuses.map((item) => item.messageId),
    statuses.map((item) => item.status.status),
    statuses.map((item) => MESSAGE_STATUS_RANK[item.status.status]),
    statuses.map((item) => (item.status.error ? JSON.stringify(item.status.error) : null)),
    statuses.map((item) => item.status.providerMessageId),
    statuses.map((item) => (item.status.pricing ? JSON.stringify(item.status.pricing) : null)),
  ])
}

function highestPerMessage(
  items: Incoming[],
): { tenantId: string; messageId: string; status: StatusArrival }[] {
  const highest = new Map<string, { tenantId: string; messageId: string; status: StatusArrival }>()
  for (const { tenantId, arrival, contact } of items) {
    const status = arrival as StatusArrival
    const messageId = contact.messageId ?? ''
    const known = highest.get(messageId)?.status
    const best =
      known && MESSAGE_STATUS_RANK[known.status] >= MESSAGE_STATUS_RANK[status.status]
        ? known
        : status
    const pricing = known?.pricing ?? status.pricing
    highest.set(messageId, {
      tenantId,
      messageId,
      status: { ...best, ...(pricing && { pricing }) },
    })
  }
  return [...highest.values()].toSorted((left, right) =>
    left.messageId < right.messageId ? -1 : 1,
  )
}

const FIND = {
  name: 'find_status_messages',
  text: `select distinct on (n) n, id, contact_id, status_rank from (
      select w.n, 1 as strength, m.id, m.contact_id, m.status_rank
      from unnest($1::int[], $2::text[], $3::text[]) w(n, t, effect_id)
      join messages m on m.tenant_id = w.t and m.effect_id = w.effect_id
      union all
      select w.n, 2, m.id, m.contact_id, m.status_rank
      from unnest($1::int[], $2::text[], $4::text[]) w(n, t, provider_id)
      join messages m on m.tenant_id = w.t and m.provider_msg_id = w.provider_id
    ) found
    order by n, strength`,
}

/** A status that says nothing new may still be the first that names the price. */
const APPLY = {
  name: 'apply_statuses',
  text: `with item as materialized (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::jsonb[], $6::text[], $7::jsonb[])
        as item(tenant_id, id, status, rank, error, provider_id, pricing)),
    locked as (
      select m.tenant_id, m.id from messages m join item using (tenant_id, id)
      order by m.tenant_id, m.id for no key update of m)
    update messages m set
      status = case when m.status_rank < item.rank then item.status else m.status end,
      error_json = case when m.status_rank < item.rank then item.error else m.error_json end,
      status_rank = greatest(m.status_rank, item.rank),
      provider_msg_id = coalesce(m.provider_msg_id, item.provider_id),
      pricing_json = coalesce(m.pricing_json, item.pricing), updated_at = now()
    from item join locked using (tenant_id, id)
    where m.tenant_id = item.tenant_id and m.id = item.id
      and (m.status_rank < item.rank or (m.pricing_json is null and item.pricing is not null))`,
}

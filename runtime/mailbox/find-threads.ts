// Which message of ours a message answers, and whose it was. Who writes from an address that nobody has is the person
// that we wrote to; who writes from the address of another contact is that other contact.

import type { Arrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { KnownContact } from './resolve-contacts.ts'
import type { TenantArrival } from './incoming.ts'

type Draft = TenantArrival & { index: number }

export interface ThreadFound {
  /** The message of ours that is answered. */
  messageId: string
  contactId: string
  /** Whose it is; null where the sender's address belongs to a contact. */
  contact: KnownContact | null
}

interface ThreadRow {
  n: number
  message_id: string
  contact_id: string
  shard: number
  is_known: boolean
}

/** What was found, by the index of the draft. */
export async function findThreads(
  db: Queryable,
  drafts: readonly Draft[],
): Promise<Map<number, ThreadFound>> {
  const wanted = drafts.flatMap((draft) => candidatesOf(draft))
  if (wanted.length === 0) return new Map()
  const rows = await run<ThreadRow>(db, FIND, [
    wanted.map(({ index }) => index),
    wanted.map(({ tenantId }) => tenantId),
    wanted.map(({ email }) => email),
    wanted.map(({ rank }) => rank),
    wanted.map(({ effectId }) => effectId),
    wanted.map(({ providerMessageId }) => providerMessageId),
    wanted.map(({ channel }) => channel),
  ])
  return new Map(
    rows.map(({ n, message_id: messageId, contact_id: id, shard, is_known }) => {
      const place = { id, shard, facts: null, lastChannel: null, conversationId: null }
      return [n, { messageId, contactId: id, contact: is_known ? null : place }]
    }),
  )
}

/** The arrival with the message that it answers, when that was written to the same contact. */
export function withThread(arrival: Arrival, found: ThreadFound, contactId: string): Arrival {
  if (arrival.type !== 'message' || found.contactId !== contactId) return arrival
  return { ...arrival, content: { ...arrival.content, replyTo: found.messageId } }
}

interface Candidate {
  index: number
  tenantId: string
  email: string | null
  rank: number
  effectId: string | null
  providerMessageId: string | null
  channel: string
}

function candidatesOf({ index, tenantId, arrival }: Draft): Candidate[] {
  if (arrival.type !== 'message' || !arrival.thread) return []
  const { thread, channel, address } = arrival
  const named = [
    ...thread.effectIds.map((effectId) => ({ effectId, providerMessageId: null })),
    ...thread.providerMessageIds.map((id) => ({ effectId: null, providerMessageId: id })),
  ]
  const email = address.email ?? null
  return named.map((ids, rank) => ({ index, tenantId, email, rank, channel, ...ids }))
}

const FIND = {
  name: 'find_threads',
  text: `select distinct on (hit.n) hit.n, hit.id as message_id, hit.contact_id, c.shard,
      exists (select from contacts k where k.tenant_id = hit.t and k.email = hit.email) as is_known
    from (
      select w.n, w.t, w.email, w.rank, m.id, m.contact_id
      from unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::text[], $7::text[])
        w(n, t, email, rank, effect_id, channel)
      join messages m on m.tenant_id = w.t and m.effect_id = w.effect_id and m.channel = w.channel
      union all
      select w.n, w.t, w.email, w.rank, m.id, m.contact_id
      from unnest($1::int[], $2::text[], $3::text[], $4::int[], $6::text[], $7::text[])
        w(n, t, email, rank, provider_id, channel)
      join messages m on m.tenant_id = w.t and m.provider_msg_id = w.provider_id
        and m.channel = w.channel
    ) hit
    join contacts c on c.tenant_id = hit.t and c.id = hit.contact_id
    order by hit.n, hit.rank`,
}

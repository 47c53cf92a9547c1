// The batch's effects: outbox rows, and for those that people will see the message record in its conversation (I4).

import { messageChannelOf, messageContentOf, type Effect } from '#machines/contracts/effect.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { CHANNELS } from '../live/channels.ts'
import { ensureConversations } from '../mailbox/store-records.ts'
import type { TenantFacts } from './tenant-facts.ts'
import type { WorkedContact } from './work-batch.ts'

interface EffectRow {
  tenantId: string
  contactId: string
  shard: number
  effect: Effect
  channelId: string | null
  correlationId: string
}

/** @returns how many effects were written */
export async function writeEffects(
  db: Queryable,
  contacts: WorkedContact[],
  factsOf: (tenantId: string) => TenantFacts,
): Promise<number> {
  const rows = contacts.flatMap(({ work, steps }) =>
    steps.flatMap((step) =>
      step.effects.map((effect) => ({
        tenantId: work.tenantId,
        contactId: work.contactId,
        shard: work.shard,
        effect,
        channelId: channelOf(effect, factsOf(work.tenantId)),
        correlationId: step.journal.envelope.correlation_id,
      })),
    ),
  )
  if (rows.length === 0) return 0
  await writeOutbox(db, rows)
  await writeMessages(db, rows)
  await run(db, NOTIFY, [CHANNELS.outbox])
  return rows.length
}

function channelOf(effect: Effect, facts: TenantFacts): string | null {
  const kind = messageChannelOf(effect.command.kind)
  return kind === null ? null : (facts.channelIds[kind] ?? null)
}

async function writeOutbox(db: Queryable, rows: EffectRow[]): Promise<void> {
  await run(db, OUTBOX, [
    rows.map((row) => row.tenantId),
    rows.map(({ effect }) => effect.id),
    rows.map((row) => row.contactId),
    rows.map((row) => row.shard),
    rows.map(({ effect }) => effect.runId),
    rows.map(({ effect }) => effect.nodeId),
    rows.map(({ effect }) => effect.command.kind),
    rows.map((row) => row.channelId),
    // At most one message in flight per contact and channel, or two could overtake each other.
    rows.map((row) => (row.channelId === null ? null : `${row.contactId}:${row.channelId}`)),
    rows.map(({ effect }) => JSON.stringify(effect.command)),
    rows.map((row) => row.correlationId),
  ])
}

async function writeMessages(db: Queryable, rows: EffectRow[]): Promise<void> {
  const messages = rows.flatMap((row) => {
    const content = messageContentOf(row.effect.command)
    const channel = messageChannelOf(row.effect.command.kind)
    const { channelId } = row
    return content && channel && channelId ? [{ ...row, content, channel, channelId }] : []
  })
  if (messages.length === 0) return
  await ensureConversations(db, messages)
  await run(db, MESSAGES, [
    messages.map((row) => row.tenantId),
    messages.map(() => createId('message')),
    messages.map((row) => row.contactId),
    messages.map((row) => row.channelId),
    messages.map((row) => row.channel),
    messages.map((row) => row.content['type']),
    messages.map((row) => row.effect.id),
    messages.map((row) => JSON.stringify(row.content)),
  ])
}

const OUTBOX = {
  name: 'write_outbox',
  text: `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, channel_id, lane,
      command, correlation_id)
    select tenant_id, id, contact_id, shard, run_id, node_id, kind, channel_id, lane, command, correlation_id
    from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::json[], $11::text[]) with ordinality
      as item(tenant_id, id, contact_id, shard, run_id, node_id, kind, channel_id, lane, command,
        correlation_id, n)
    order by n`,
}

const MESSAGES = {
  name: 'write_messages',
  text: `insert into messages
      (tenant_id, id, conversation_id, contact_id, channel, direction, kind, effect_id, content_json,
       status, status_rank)
    select item.tenant_id, item.id, v.id, item.contact_id, item.channel, 'out', item.kind,
      item.effect_id, item.content, 'queued', 0
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::jsonb[]) as item(tenant_id, id, contact_id, channel_id, channel, kind, effect_id, content)
    join conversations v on v.tenant_id = item.tenant_id and v.contact_id = item.contact_id
      and v.channel_id = item.channel_id`,
}

const NOTIFY = { name: 'notify_new_effects', text: `select pg_notify($1, '')` }

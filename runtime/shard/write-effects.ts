// The batch's effects: outbox rows, and for those that people will see the message record in its conversation (I4).

import {
  messageChannelOf,
  messageContentOf,
  type Effect,
  type EffectKind,
} from '#machines/contracts/effect.ts'
import type { ContactState } from '#actors/snapshot.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createIds } from '../ids.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { sentTogether } from './sent-together.ts'
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

/** An effect that waits in the outbox. */
export interface CommittedEffect {
  tenantId: string
  effectId: string
  kind: EffectKind
}

/** The batch's effects in the order in which they were asked for. */
export function collectEffects(
  contacts: WorkedContact[],
  factsOf: (tenantId: string) => TenantFacts,
): EffectRow[] {
  return contacts.flatMap(({ work, steps }) =>
    steps.flatMap((step) =>
      step.effects.map((effect) => ({
        tenantId: work.tenantId,
        contactId: work.contactId,
        shard: work.shard,
        effect,
        channelId: channelOf(effect, step.state, factsOf(work.tenantId)),
        correlationId: step.journal.envelope.correlation_id,
      })),
    ),
  )
}

export function committedOf({ tenantId, effect }: EffectRow): CommittedEffect {
  return { tenantId, effectId: effect.id, kind: effect.command.kind }
}

export async function writeEffects(db: Queryable, rows: EffectRow[]): Promise<void> {
  if (rows.length === 0) return
  noticeAfterCommit(db, CHANNELS.outbox)
  await sentTogether([writeOutbox(db, rows), writeMessages(db, rows)])
}

/**
 * The channel that the contact last wrote to: by another one the person would hear from a stranger, and no window is open
 * there, so what is said while somebody has paused it waits. Else the first of the tenant's own (I9).
 */
function channelOf(
  { command }: Effect,
  { lastChannelId }: ContactState,
  { channelIds }: TenantFacts,
): string | null {
  const kind = messageChannelOf(command)
  const ids = kind === null ? undefined : channelIds[kind]
  if (kind === null || !ids) return null
  const heardOn = lastChannelId?.[kind]
  return heardOn !== undefined && ids.includes(heardOn) ? heardOn : (ids[0] ?? null)
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
    const channel = messageChannelOf(row.effect.command)
    const { channelId } = row
    return content && channel && channelId ? [{ ...row, content, channel, channelId }] : []
  })
  if (messages.length === 0) return
  await run(db, MESSAGES, [
    messages.map((row) => row.tenantId),
    createIds('message', messages.length),
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

/**
 * A contact's first message makes its conversation, unless the gateway is just making it; its id is its message's.
 * To nobody but this transaction can the one that is made be missing, so the update changes nothing.
 */
const MESSAGES = {
  name: 'write_messages',
  text: `with item as (
      select item.*, v.id as conversation_id
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::jsonb[]) as item(tenant_id, id, contact_id, channel_id, channel, kind, effect_id, content)
      left join conversations v on v.tenant_id = item.tenant_id and v.contact_id = item.contact_id
        and v.channel_id = item.channel_id),
    made as (
      insert into conversations as c (tenant_id, id, contact_id, channel_id)
      select distinct on (tenant_id, contact_id, channel_id)
        tenant_id, 'cnv_' || substr(id, 5), contact_id, channel_id
      from item where conversation_id is null
      order by tenant_id, contact_id, channel_id, id
      on conflict (tenant_id, contact_id, channel_id) do update set status = c.status
      returning tenant_id, id, contact_id, channel_id)
    insert into messages
      (tenant_id, id, conversation_id, contact_id, channel, direction, kind, effect_id, content_json,
       status, status_rank)
    select item.tenant_id, item.id, coalesce(item.conversation_id, made.id), item.contact_id, item.channel,
      'out', item.kind, item.effect_id, item.content, 'queued', 0
    from item left join made using (tenant_id, contact_id, channel_id)`,
}

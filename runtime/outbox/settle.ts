// The end of an effect: its outbox row goes, its result becomes an envelope, both in one transaction.
// Removing the row is the proof of being first (I2, I6): who finds none has nothing to settle.

import type { EffectKind } from '#machines/contracts/effect.ts'
import {
  type EffectError,
  MESSAGE_STATUS_RANK,
  type MessageStatus,
} from '#machines/contracts/event.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { CHANNELS } from '../live/channels.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import { toStorable } from '../db/storable.ts'

export type Result =
  | { type: 'done'; providerMessageId: string | null; output: Json; contact?: JsonObject }
  | { type: 'failed'; error: EffectError }

export interface Settlement {
  tenantId: string
  effectId: string
  /** Token of the claim whose outcome this is; null settles whoever holds it. */
  claimToken: string | null
  result: Result
}

interface SettledRow {
  tenant_id: string
  id: string
  contact_id: string
  shard: number
  kind: EffectKind
  command: Json
  correlation_id: string
  channel_id: string | null
}

/**
 * Settles effects inside the caller's transaction.
 * @returns how many of them were still open
 */
export async function settleEffects(db: Queryable, settlements: Settlement[]): Promise<number> {
  if (settlements.length === 0) return 0
  const rows = await run<SettledRow>(db, REMOVE, [
    settlements.map((item) => item.tenantId),
    settlements.map((item) => item.effectId),
    settlements.map((item) => item.claimToken),
  ])
  const results = new Map(
    settlements.map((item) => [`${item.tenantId} ${item.effectId}`, storable(item.result)]),
  )
  const settled = rows.flatMap((row) => {
    const result = results.get(`${row.tenant_id} ${row.id}`)
    return result ? [{ row, result }] : []
  })
  if (settled.length === 0) return 0
  await noteOnMessages(db, settled)
  await buryFailed(db, settled)
  await enqueueEnvelopes(
    db,
    settled.map(({ row, result }) => ({ shard: row.shard, envelope: envelopeOf(row, result) })),
  )
  await run(db, NOTIFY, [CHANNELS.outbox])
  return settled.length
}

/** Words of a provider become columns: no NUL, which PostgreSQL refuses, and no endless ones. */
function storable(result: Result): Result {
  if (result.type === 'done') return result
  const { code, message } = result.error
  return { type: 'failed', error: { code: toStorable(code), message: toStorable(message) } }
}

/** A status names an effect: accepted by the provider, or refused by it. */
export async function settleByStatus(
  db: Queryable,
  items: {
    tenantId: string
    effectId: string
    status: { status: MessageStatus; providerMessageId: string; error: EffectError | null }
  }[],
): Promise<void> {
  const settlements = items
    .toSorted((left, right) => (left.effectId < right.effectId ? -1 : 1))
    .map(({ tenantId, effectId, status }) => ({
      tenantId,
      effectId,
      claimToken: null,
      result: resultOf(status),
    }))
  await settleEffects(db, settlements)
}

function resultOf(status: {
  status: MessageStatus
  providerMessageId: string
  error: EffectError | null
}): Result {
  if (status.status === 'failed') {
    return { type: 'failed', error: status.error ?? { code: 'PROVIDER_FAILED', message: '' } }
  }
  const { providerMessageId } = status
  return { type: 'done', providerMessageId, output: { providerMessageId } }
}

function envelopeOf(
  row: SettledRow,
  result: Result,
): Parameters<typeof enqueueEnvelopes>[1][0]['envelope'] {
  const base = { effectId: row.id, kind: row.kind }
  const payload: JsonObject =
    result.type === 'done'
      ? { ...base, output: result.output, ...(result.contact ? { contact: result.contact } : {}) }
      : { ...base, error: { ...result.error } }
  return {
    event_id: createId('event'),
    tenant_id: row.tenant_id,
    contact_id: row.contact_id,
    type: result.type === 'done' ? 'effect.done' : 'effect.failed',
    source: row.kind,
    occurred_at: new Date().toISOString(),
    correlation_id: row.correlation_id,
    payload,
  }
}

async function noteOnMessages(
  db: Queryable,
  settled: { row: SettledRow; result: Result }[],
): Promise<void> {
  const messages = settled.filter(({ row }) => row.channel_id !== null)
  if (messages.length === 0) return
  const statusOf = (result: Result): MessageStatus =>
    result.type === 'done' ? 'accepted' : 'failed'
  await run(db, NOTE, [
    messages.map(({ row }) => row.tenant_id),
    messages.map(({ row }) => row.id),
    messages.map(({ result }) => statusOf(result)),
    messages.map(({ result }) => MESSAGE_STATUS_RANK[statusOf(result)]),
    messages.map(({ result }) => (result.type === 'done' ? result.providerMessageId : null)),
    messages.map(({ result }) => (result.type === 'failed' ? JSON.stringify(result.error) : null)),
  ])
}

/** I5: what no provider accepted stands in the dead letters with its reason. */
async function buryFailed(
  db: Queryable,
  settled: { row: SettledRow; result: Result }[],
): Promise<void> {
  const failed = settled.flatMap(({ row, result }) =>
    result.type === 'failed' ? [{ row, error: result.error }] : [],
  )
  if (failed.length === 0) return
  await run(db, BURY, [
    failed.map(({ row }) => row.tenant_id),
    failed.map(({ row }) => row.id),
    failed.map(({ row }) => row.contact_id),
    failed.map(({ error }) => error.code),
    failed.map(({ error }) => error.message),
    failed.map(({ row }) => JSON.stringify({ kind: row.kind, command: row.command })),
  ])
}

/** Locked in order, and before any message row: settling and statuses then never wait for each other in a circle. */
const REMOVE = {
  name: 'settle_remove',
  text: `with open as (
      select o.tenant_id, o.id
      from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, id, claim_token)
      join outbox o on o.tenant_id = item.tenant_id and o.id = item.id
      where item.claim_token is null or o.claim_token = item.claim_token
      order by o.tenant_id, o.id for update of o)
    delete from outbox o using open where o.tenant_id = open.tenant_id and o.id = open.id
    returning o.tenant_id, o.id, o.contact_id, o.shard, o.kind, o.command, o.correlation_id, o.channel_id`,
}

const NOTE = {
  name: 'settle_messages',
  text: `update messages m set status = item.status, status_rank = item.rank,
      provider_msg_id = coalesce(m.provider_msg_id, item.provider_id), error_json = item.error,
      updated_at = now()
    from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::text[], $6::jsonb[])
      as item(tenant_id, effect_id, status, rank, provider_id, error)
    where m.tenant_id = item.tenant_id and m.effect_id = item.effect_id and m.status_rank < item.rank`,
}

const BURY = {
  name: 'bury_effects',
  text: `insert into dead_letters (tenant_id, id, kind, contact_id, code, reason, body)
    select tenant_id, id, 'effect', contact_id, code, reason, body
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::json[])
      as item(tenant_id, id, contact_id, code, reason, body)
    on conflict (tenant_id, id) do update set code = excluded.code, reason = excluded.reason`,
}

const NOTIFY = { name: 'notify_outbox', text: `select pg_notify($1, '')` }

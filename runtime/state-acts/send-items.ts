// The envelopes of an act: into the mailboxes in the transaction that notes them as sent, so each goes out once, and
// what became of them, read out of the journal.

import type { Envelope } from '#machines/contracts/envelope.ts'
import type { OperatorActedPayload, OperatorDeed } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { StateActKind } from '#machines/contracts/state-acts.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createIds } from '../ids.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import { shardOf } from '../shard/shard-of.ts'
import type { StateReader } from '../commands/debugger/state-at.ts'
import { type MovedItem, RESTORED_AT_ONCE, restorePayload, waysBack } from './restore-items.ts'

export interface ActRow {
  id: string
  tenantId: string
  kind: StateActKind['kind']
  state: string
  act: StateActKind
  reason: string
  userId: string
}

interface Item {
  run_id: string
  contact_id: string
}
type SentItem = Item & { event_id: string }

type Way = 'there' | 'back'

/** Sends up to `limit` contacts their envelope. */
export async function sendItems(
  db: Queryable,
  act: ActRow,
  { limit, way }: { limit: number; way: Way },
): Promise<void> {
  const items = await takeItems<SentItem>(db, act, {
    limit,
    take: way === 'there' ? TAKE : TAKE_BACK,
  })
  await send(db, act, {
    action: way === 'there' ? act.kind : 'untag',
    envelopes: items.map((item) => envelopeOf(act, item, payloadOf(act, item.run_id, way))),
  })
}

/** Sends up to `limit` contacts that were moved the way back. */
export async function sendBack(
  db: Queryable,
  act: ActRow,
  { limit, states }: { limit: number; states: StateReader },
): Promise<void> {
  const wanted = { limit: Math.min(limit, RESTORED_AT_ONCE), take: TAKE_BACK }
  const items = await takeItems<SentItem & MovedItem>(db, act, wanted)
  const ways = await waysBack(db, act, { items, states })
  const envelopes = items.flatMap((item) => {
    const way = ways.get(item.run_id)
    return way ? [envelopeOf(act, item, restorePayload(act, item.moved_by, way))] : []
  })
  await send(db, act, { action: 'undo', envelopes })
}

function takeItems<Taken extends SentItem>(
  db: Queryable,
  { tenantId, id }: ActRow,
  { limit, take: statement }: { limit: number; take: typeof TAKE },
): Promise<Taken[]> {
  return run<Taken>(db, statement, [tenantId, id, limit, createIds('event', limit)])
}

async function send(
  db: Queryable,
  act: ActRow,
  { action, envelopes }: { action: string; envelopes: Envelope[] },
): Promise<void> {
  await run(db, AUDIT, [
    act.tenantId,
    envelopes.map(({ event_id: id }) => id.replace(/^evt_/, 'aud_')),
    act.userId,
    action,
    envelopes.map(({ contact_id: id }) => id),
    act.reason,
    JSON.stringify({ actId: act.id, state: act.state }),
  ])
  await enqueueEnvelopes(
    db,
    envelopes.map((envelope) => ({
      envelope,
      shard: shardOf(envelope.tenant_id, envelope.contact_id),
    })),
  )
}

/** Notes what became of those whose envelope was applied, or stands still. */
export async function settleItems(db: Queryable, act: ActRow, way: Way): Promise<void> {
  await run(db, way === 'there' ? SETTLE : SETTLE_BACK, [act.tenantId, act.id])
}

function envelopeOf(
  { id, tenantId }: ActRow,
  { contact_id: contactId, event_id: eventId }: SentItem,
  payload: Envelope['payload'],
): Envelope {
  return {
    event_id: eventId,
    tenant_id: tenantId,
    contact_id: contactId,
    type: 'operator.acted',
    source: 'operator',
    occurred_at: new Date().toISOString(),
    correlation_id: id,
    payload,
  }
}

function payloadOf(act: ActRow, runId: string, way: Way): Envelope['payload'] {
  const { state, reason, userId } = act
  const guard = way === 'there' ? { whileIn: { runId, state } } : {}
  const payload: OperatorActedPayload = { reason, userId, ...guard, ...deedOf(act.act, runId, way) }
  return payload as unknown as JsonObject
}

function deedOf(act: StateActKind, runId: string, way: Way): OperatorDeed {
  switch (act.kind) {
    case 'stop':
      return { action: 'stop', runId }
    case 'move':
      return { action: 'move', runId, nodeId: act.nodeId }
    case 'say':
      return { action: 'say', command: act.command }
    case 'tag':
      return way === 'there'
        ? { action: 'tag', add: [act.tag], remove: [] }
        : { action: 'tag', add: [], remove: [act.tag] }
  }
}

const take = (name: string, from: string, to: string): { name: string; text: string } => ({
  name,
  text: `with next as materialized (select run_id, row_number() over (order by run_id) as n from (
      select run_id from state_act_items where tenant_id = $1 and act_id = $2 and status = '${from}'
      order by run_id limit $3 for update) item)
    update state_act_items i set status = '${to}', sent_at = clock_timestamp(),
      ${to === 'sent' ? 'event_id' : 'undo_event_id'} = ($4::text[])[next.n] from next
    where i.tenant_id = $1 and i.act_id = $2 and i.run_id = next.run_id
    returning i.run_id, i.contact_id, ${to === 'sent' ? 'i.event_id' : 'i.undo_event_id as event_id, i.event_id as moved_by'}`,
})
const TAKE = take('take_act_items', 'pending', 'sent')
const TAKE_BACK = take('take_back_act_items', 'done', 'undoing')

const AUDIT = {
  name: 'write_act_audit',
  text: `insert into audit_log (tenant_id, id, user_id, action, subject, reason, details_json)
    select $1, id, $3, $4, subject, $6, $7::jsonb from unnest($2::text[], $5::text[]) as item(id, subject)`,
}

/** An envelope that was only passed on is applied where the contact is now. One that is parked stands still. */
const settle = (
  name: string,
  { from, event, done }: { from: string; event: string; done: string },
): { name: string; text: string } => ({
  name,
  text: `with told as (
      select i.run_id, coalesce(j.entry->'refused'->0->>'code', nullif(j.entry->>'note', 'forwarded')) as code
      from state_act_items i
      join journal j on j.tenant_id = i.tenant_id and j.contact_id = i.contact_id and j.event_id = i.${event}
        and j.at >= i.sent_at - interval '1 minute'
      where i.tenant_id = $1 and i.act_id = $2 and i.status = '${from}'
      union all
      select i.run_id, 'parked' from state_act_items i
      where i.tenant_id = $1 and i.act_id = $2 and i.status = '${from}' and exists (select 1 from mailbox m
        where m.tenant_id = i.tenant_id and m.contact_id = i.contact_id and m.parked_at is not null)
    )
    update state_act_items i set code = told.code, settled_at = clock_timestamp(),
      status = case when told.code is null then '${done}' else 'refused' end
    from told where i.tenant_id = $1 and i.act_id = $2 and i.run_id = told.run_id`,
})
const SETTLE = settle('settle_act_items', { from: 'sent', event: 'event_id', done: 'done' })
const SETTLE_BACK = settle('settle_back_act_items', {
  from: 'undoing',
  event: 'undo_event_id',
  done: 'undone',
})

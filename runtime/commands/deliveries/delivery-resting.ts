// Effects that nobody is sure of (`uncertain`) or that only a person decides (`held`): it arrived, send it again, or
// give it up. A status of the provider may be first; then there is nothing left to decide (I6).

import type {
  CountReply,
  RestingEffect,
  RestQuery,
  SettleRequest,
} from '#machines/contracts/deliveries.ts'
import { type Command, isMessageKind } from '#machines/contracts/effect.ts'
import type { Json } from '#machines/contracts/json.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor, Page } from '../../face.ts'
import { createId } from '../../ids.ts'
import { CHANNELS } from '../../live/channels.ts'
import { noticeAfterCommit } from '../../live/notices.ts'
import { settleEffects } from '../../outbox/settle/settle.ts'
import { writeAudit } from '../audit.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { commandPreview } from './delivery-preview.ts'

export interface RestingRow {
  id: string
  status: RestingEffect['status']
  kind: string
  command: Command
  contact_id: string
  name: string | null
  phone: string | null
  run_id: string
  node_id: string
  workflow_id: string | null
  workflow_name: string | null
  attempts: number
  moved_at: Date
  decided_at: Date | null
  is_tried: boolean
  position: number
}

/** Oldest first: what rests longest holds its contact up longest. */
export async function listResting(
  db: Queryable,
  actor: Actor,
  { status, kind, contact, cursor, limit }: RestQuery,
): Promise<Page<RestingEffect>> {
  const [position] = readCursor(cursor, 1)
  const filter = [status ?? null, kind ?? null, contact ?? null]
  const rows = await run<RestingRow>(db, LIST, [actor.tenantId, ...filter, position, limit + 1])
  return pageOf(rows, limit, { item: restingItem, key: (row) => [String(row.position)] })
}

export function restingItem(row: RestingRow): RestingEffect {
  return {
    id: row.id,
    status: row.status,
    what: row.kind,
    preview: commandPreview(row.command),
    contactId: row.contact_id,
    name: row.name,
    phone: row.phone,
    runId: row.run_id,
    nodeId: row.node_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    attempts: row.attempts,
    since: row.moved_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    tried: row.is_tried,
  }
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND when none of them was ever an effect of the tenant's that rests */
export async function settleResting(
  db: Queryable,
  actor: Actor,
  { ids, how, reason }: SettleRequest,
): Promise<CountReply> {
  const wanted = [...new Set(ids)]
  const rows = await run<{ id: string; kind: Command['kind'] }>(db, LOCK, [actor.tenantId, wanted])
  if (rows.length === 0) await requireKnown(db, actor, wanted)
  else await decide(db, { actor, rows, how, reason })
  return { done: rows.length, skipped: wanted.length - rows.length }
}

/** One that was settled meanwhile is no news; one that never was ours is unknown (I9). */
async function requireKnown(db: Queryable, { tenantId }: Actor, ids: string[]): Promise<void> {
  const [known] = await run(db, KNOWN, [tenantId, ids])
  if (!known) throw new FluxoError('RESOURCE_NOT_FOUND')
}

interface Decision {
  actor: Actor
  rows: { id: string; kind: Command['kind'] }[]
  how: SettleRequest['how']
  reason: string
}

async function decide(db: Queryable, { actor, rows, how, reason }: Decision): Promise<void> {
  const { tenantId } = actor
  const ids = rows.map(({ id }) => id)
  switch (how) {
    case 'send':
      await run(db, SEND, [tenantId, ids])
      noticeAfterCommit(db, CHANNELS.outbox)
      break
    case 'delivered':
      await settleEffects(
        db,
        rows.map(({ id: effectId, kind }) => {
          const result = { type: 'done', providerMessageId: null, output: outputOf(kind) } as const
          return { tenantId, effectId, claimToken: null, result }
        }),
      )
      break
    case 'give_up': {
      const error = { code: 'EFFECT_GIVEN_UP', message: reason }
      await settleEffects(
        db,
        ids.map((effectId) => {
          return { tenantId, effectId, claimToken: null, result: { type: 'failed', error } }
        }),
      )
      // A person has decided: it is no open failure any more.
      await run(db, CLOSE_LETTERS, [tenantId, ids])
    }
  }
  const [only] = ids
  await writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: ACTIONS[how],
    subject: ids.length === 1 && only !== undefined ? only : 'outbox',
    reason,
    details: { ids },
  })
}

const ACTIONS = {
  send: 'send_effects_again',
  delivered: 'note_effects_delivered',
  give_up: 'give_effects_up',
} as const

/** What the node gets as its result: a person knows that it arrived, not what was answered. */
function outputOf(kind: Command['kind']): Json {
  return isMessageKind(kind) ? { providerMessageId: null } : null
}

export const RESTING_COLUMNS = `o.id, o.status, o.kind, o.command, o.contact_id, c.name, c.phone_e164 as phone,
    o.run_id, o.node_id, r.workflow_id, w.name as workflow_name, o.attempts, o.moved_at,
    case o.status when 'uncertain' then o.next_at end as decided_at, o.position`

export const RESTING_TABLES = `
    left join contacts c on c.tenant_id = o.tenant_id and c.id = o.contact_id
    left join workflow_runs r on r.tenant_id = o.tenant_id and r.id = o.run_id
    left join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id`

const LIST = {
  name: 'list_resting_effects',
  text: `select ${RESTING_COLUMNS}, true as is_tried from outbox o ${RESTING_TABLES}
    where o.tenant_id = $1 and o.status in ('held', 'uncertain')
      and ($2::text is null or o.status = $2) and ($3::text is null or o.kind = $3)
      and ($4::text is null or o.contact_id = $4) and ($5::bigint is null or o.position > $5)
    order by o.position limit $6`,
}

const LOCK = {
  name: 'lock_resting_effects',
  text: `select id, kind from outbox
    where tenant_id = $1 and id = any($2::text[]) and status in ('held', 'uncertain')
    order by tenant_id, id for update`,
}

const KNOWN = {
  name: 'known_effects',
  text: `select 1 from outbox where tenant_id = $1 and id = any($2::text[])
    union all select 1 from messages where tenant_id = $1 and effect_id = any($2::text[])
    union all select 1 from dead_letters where tenant_id = $1 and id = any($2::text[]) limit 1`,
}

/** With all its attempts again: a person looked at it. */
const SEND = {
  name: 'send_resting_effects',
  text: `update outbox set status = 'waiting', attempts = 0, next_at = clock_timestamp(),
      moved_at = clock_timestamp()
    where tenant_id = $1 and id = any($2::text[])`,
}

const CLOSE_LETTERS = {
  name: 'close_given_up',
  text: `update dead_letters set resolved_at = clock_timestamp(), resolution = 'dropped'
    where tenant_id = $1 and id = any($2::text[])`,
}

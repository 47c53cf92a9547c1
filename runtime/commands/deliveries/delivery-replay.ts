// Sending dead letters again, and leaving them out. I4, I6: an effect keeps its id, its letter is locked and resolved
// in the transaction that puts it back, so however often and however many at once ask for it, it leaves once more.
// I3: an event that is applied again keeps its place; the contact's later ones go on behind it.
//
// What the contact's actor makes of it: `effect.failed` was its last word on this node visit. The run has left the node
// (or ended) and waits for that effect id no more, so the new result is noted as outdated and moves nothing.

import type {
  CountReply,
  DropRequest,
  LetterSelection,
  ReplayQuestion,
  ReplayReply,
  ReplayRequest,
} from '#machines/contracts/deliveries.ts'
import { messageChannelOf, messageContentOf } from '#machines/contracts/effect.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { Actor } from '../../face.ts'
import { createId } from '../../ids.ts'
import { CHANNELS } from '../../live/channels.ts'
import { noticeAfterCommit } from '../../live/notices.ts'
import { writeAudit } from '../audit.ts'
import { type JudgedLetter, judgeLetters } from './delivery-judge.ts'
import { filterValues, LETTER_FILTER } from './delivery-letters.ts'
import { countFate, emptyReport, finishReport } from './delivery-report.ts'

/** Runs the work in one transaction of the actor's tenant. */
export type Within = <T>(work: (db: Queryable) => Promise<T>) => Promise<T>

const MAX_AT_ONCE = 10_000
/** Letters of one transaction; each has its own audit entry. */
const CHUNK = 500

/** What a replay would do now; nothing is changed. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function dryRunReplay(
  within: Within,
  actor: Actor,
  { selection, includeMovedOn }: ReplayQuestion,
): Promise<ReplayReply> {
  const { chunks, isPartial } = await select(within, actor, selection)
  const report = emptyReport()
  for (const ids of chunks) {
    const options = { tenantId: actor.tenantId, ids, includeMovedOn, isLocking: false }
    const letters = await within((db) => judgeLetters(db, options))
    for (const letter of letters) countFate(report, letter)
  }
  return finishReport(report, isPartial)
}

/** Puts effects back into the outbox and parked events back into their mailbox. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function replayLetters(
  within: Within,
  actor: Actor,
  request: ReplayRequest,
): Promise<ReplayReply> {
  const { chunks, isPartial } = await select(within, actor, request.selection)
  const report = emptyReport()
  for (const ids of chunks) {
    const letters = await within((db) => replayChunk(db, { actor, ids, request }))
    for (const letter of letters) countFate(report, letter)
  }
  return finishReport(report, isPartial)
}

/** Lets effects go for good and takes parked events out of their mailbox. @throws {FluxoError} RESOURCE_NOT_FOUND */
export async function dropLetters(
  within: Within,
  actor: Actor,
  { selection, reason }: DropRequest,
): Promise<CountReply> {
  const { chunks } = await select(within, actor, selection)
  const reply = { done: 0, skipped: 0 }
  for (const ids of chunks) {
    const dropped = await within(async (db) => {
      const open = await run<{ id: string }>(db, LOCK_OPEN, [actor.tenantId, ids])
      const openIds = open.map(({ id }) => id)
      if (openIds.length === 0) return 0
      await run(db, UNPARK_AWAY, [actor.tenantId, openIds])
      await resolve(db, { actor, ids: openIds, resolution: 'dropped', reason })
      noticeAfterCommit(db, CHANNELS.mailbox)
      return openIds.length
    })
    reply.done += dropped
    reply.skipped += ids.length - dropped
  }
  return reply
}

async function select(
  within: Within,
  { tenantId }: Actor,
  selection: LetterSelection,
): Promise<{ chunks: string[][]; isPartial: boolean }> {
  if ('filter' in selection) {
    const values = [tenantId, ...filterValues(selection.filter), MAX_AT_ONCE + 1]
    const rows = await within((db) => run<{ id: string }>(db, OPEN_IDS, values))
    const ids = rows.slice(0, MAX_AT_ONCE).map(({ id }) => id)
    return { chunks: inChunks(ids), isPartial: rows.length > MAX_AT_ONCE }
  }
  const ids = [...new Set(selection.ids)]
  const known = await within((db) => run(db, KNOWN_IDS, [tenantId, ids]))
  if (known.length < ids.length) throw new FluxoError('RESOURCE_NOT_FOUND')
  return { chunks: inChunks(ids), isPartial: false }
}

function inChunks(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) =>
    ids.slice(index * CHUNK, (index + 1) * CHUNK),
  )
}

interface Chunk {
  actor: Actor
  ids: string[]
  request: ReplayRequest
}

async function replayChunk(
  db: Queryable,
  { actor, ids, request: { includeMovedOn, reason } }: Chunk,
): Promise<JudgedLetter[]> {
  const { tenantId } = actor
  const letters = await judgeLetters(db, { tenantId, ids, includeMovedOn, isLocking: true })
  const allowed = letters.filter(({ fate }) => fate.type === 'sent')
  if (allowed.length === 0) return letters
  await sendAgain(db, tenantId, allowed)
  await applyAgain(db, tenantId, allowed)
  const allowedIds = allowed.map(({ id }) => id)
  await resolve(db, { actor, ids: allowedIds, resolution: 'replayed', reason })
  return letters
}

async function sendAgain(db: Queryable, tenantId: string, letters: JudgedLetter[]): Promise<void> {
  const effects = letters.flatMap(({ id, body }) =>
    'command' in body ? [{ id, command: body.command }] : [],
  )
  if (effects.length === 0) return
  const ids = effects.map(({ id }) => id)
  await run(db, SEND_AGAIN, [
    tenantId,
    ids,
    effects.map(({ command }) => command.kind),
    effects.map(({ command }) => messageChannelOf(command)),
  ])
  const messages = effects.flatMap(({ id, command }) => {
    const content = messageContentOf(command)
    return content ? [{ id, content }] : []
  })
  await run(db, QUEUE_MESSAGES, [
    tenantId,
    messages.map(({ id }) => id),
    messages.map(({ content }) => JSON.stringify(content)),
  ])
  noticeAfterCommit(db, CHANNELS.outbox)
}

async function applyAgain(db: Queryable, tenantId: string, letters: JudgedLetter[]): Promise<void> {
  const ids = letters.flatMap(({ id, kind }) => (kind === 'envelope' ? [id] : []))
  if (ids.length === 0) return
  await run(db, UNPARK, [tenantId, ids])
  noticeAfterCommit(db, CHANNELS.mailbox)
}

async function resolve(
  db: Queryable,
  deed: { actor: Actor; ids: string[]; resolution: 'replayed' | 'dropped'; reason: string },
): Promise<void> {
  const { actor, ids, resolution, reason } = deed
  await run(db, RESOLVE, [actor.tenantId, ids, resolution])
  const details: JsonObject = { ids }
  const [only] = ids
  await writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: resolution === 'replayed' ? 'replay_dead_letters' : 'drop_dead_letters',
    subject: ids.length === 1 && only !== undefined ? only : 'dead_letters',
    reason,
    details,
  })
}

const OPEN_IDS = {
  name: 'open_letter_ids',
  text: `select d.id from dead_letters d
    left join workflow_runs r on r.tenant_id = d.tenant_id and r.id = d.run_id
    where d.tenant_id = $1 and d.resolved_at is null and ${LETTER_FILTER}
    order by d.created_at, d.id limit $8`,
}

const KNOWN_IDS = {
  name: 'known_letter_ids',
  text: 'select id from dead_letters where tenant_id = $1 and id = any($2::text[])',
}

/** What is not to be read as JSON, because nobody knows what it holds. */
const HAND_OVER =
  '^."event_id":"[^"]*","tenant_id":"[^"]*","contact_id":"[^"]*","type":"contact.(merging|absorbed|parting|returned)"'

/** Runs are on their way in a hand-over between contacts, and somebody waits for it: it is replayed, never left out. */
const LOCK_OPEN = {
  name: 'lock_open_letters',
  text: `select id from dead_letters where tenant_id = $1 and id = any($2::text[]) and resolved_at is null
      and body::text !~ '${HAND_OVER}'
    order by created_at, id for update`,
}

/** The channel that it had; one that had none takes the tenant's of its kind, which may have been set up since. */
const SEND_AGAIN = {
  name: 'send_letters_again',
  text: `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, channel_id, lane, command,
      correlation_id)
    select d.tenant_id, d.id, d.contact_id, c.shard, coalesce(d.run_id, ''), coalesce(d.node_id, ''),
      item.kind, channel.id, d.contact_id || ':' || channel.id, d.body->'command',
      coalesce(d.correlation_id, d.id)
    from unnest($2::text[], $3::text[], $4::text[]) as item(id, kind, channel_kind)
    join dead_letters d on d.tenant_id = $1 and d.id = item.id
    join contacts c on c.tenant_id = d.tenant_id and c.id = d.contact_id
    left join lateral (
      select ch.id from channels ch where ch.tenant_id = d.tenant_id and ch.kind = item.channel_kind
      order by ch.id = d.channel_id desc nulls last, ch.created_at limit 1) channel on true
    order by d.created_at, d.id
    on conflict (tenant_id, id) do nothing`,
}

/** A status of the first attempt must not be taken for one of the next. */
const QUEUE_MESSAGES = {
  name: 'queue_messages_again',
  text: `update messages m set status = 'queued', status_rank = 0, error_json = null, provider_msg_id = null,
      content_json = item.content, updated_at = now()
    from unnest($2::text[], $3::jsonb[]) as item(effect_id, content)
    where m.tenant_id = $1 and m.effect_id = item.effect_id`,
}

const UNPARK = {
  name: 'unpark_envelopes',
  text: `update mailbox m set attempts = 0, retry_at = null, parked_at = null, parked_reason = null,
      envelope = d.body
    from dead_letters d
    where d.tenant_id = $1 and d.id = any($2::text[]) and d.kind = 'envelope'
      and m.tenant_id = d.tenant_id and m.contact_id = d.contact_id and m.parked_at is not null
      and strpos(m.envelope::text, to_json(d.id)::text) > 0`,
}

const UNPARK_AWAY = {
  name: 'drop_parked_envelopes',
  text: `delete from mailbox m using dead_letters d
    where d.tenant_id = $1 and d.id = any($2::text[]) and d.kind = 'envelope'
      and m.tenant_id = d.tenant_id and m.contact_id = d.contact_id and m.parked_at is not null
      and strpos(m.envelope::text, to_json(d.id)::text) > 0`,
}

const RESOLVE = {
  name: 'resolve_letters',
  text: `update dead_letters set resolved_at = clock_timestamp(), resolution = $3,
      replays = replays + case $3::text when 'replayed' then 1 else 0 end
    where tenant_id = $1 and id = any($2::text[])`,
}

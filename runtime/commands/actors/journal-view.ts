// The journal as people read it, newest first, each effect with what became of it.

import type { JournalItem } from '#machines/contracts/api.ts'
import { type Effect, messageContentOf } from '#machines/contracts/effect.ts'
import type { JournalEntry } from '#actors/step.ts'
import type { Records } from '../../db/orm.ts'
import type { Actor, Page, PageQuery } from '../../face.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { messageText } from '../contacts/message-text.ts'

interface EffectFate {
  id: string
  status: string
  error: { code: string; message: string } | null
}

/** Where the histories of contacts that became this one begin below its own: each Step keeps a number of its own. */
export const HISTORY = 10_000_000

/** One page of a person's journal: the contact's own, then those of contacts that became it. */
export async function listJournal(
  records: Records,
  { actor, contactIds, query }: { actor: Actor; contactIds: string[]; query: PageQuery },
): Promise<Page<JournalItem>> {
  const [before] = readCursor(query.cursor, 1)
  const [contactId = ''] = contactIds
  const rows: { entry: JournalEntry; seq?: string }[] =
    contactIds.length === 1
      ? await records.execute(OWN, [actor.tenantId, contactId, before, before, query.limit + 1])
      : await records.execute(unitedOf(contactIds), [
          ...contactIds.flatMap((id, index) => [id, index * HISTORY]),
          actor.tenantId,
          before,
          before,
          query.limit + 1,
        ])
  const entries = rows.map(({ entry, seq = entry.seq }) => ({ ...entry, seq: Number(seq) }))
  const fates = await fatesOf(
    records,
    actor,
    entries.flatMap((entry) => entry.effects.map((effect) => effect.id)),
  )
  const deeds = await deedsOf(
    records,
    actor,
    entries.flatMap(({ envelope }) => (envelope.source === 'operator' ? [envelope.event_id] : [])),
  )
  return pageOf(entries, query.limit, {
    item: (entry) => itemOf(entry, { fates, deeds }),
    key: (entry) => [String(entry.seq)],
  })
}

interface Told {
  fates: Map<string, EffectFate>
  deeds: Map<string, Deed>
}
type Deed = NonNullable<JournalItem['deed']>

function itemOf(entry: JournalEntry, { fates, deeds }: Told): JournalItem {
  const { envelope, runs } = entry
  const deed = deeds.get(auditIdOf(envelope.event_id))
  const moves = runs.map((run) => ({
    runId: run.id,
    workflowId: run.workflowId,
    from: run.from,
    to: run.to,
    path: run.from === null ? run.path : [run.from, ...run.path],
  }))
  return {
    seq: entry.seq,
    at: entry.at,
    event: envelope.type,
    eventId: envelope.event_id,
    correlationId: envelope.correlation_id,
    from: moves[0]?.from ?? null,
    to: moves[0]?.to ?? null,
    moves,
    effects: entry.effects.map((effect) => effectView(effect, fates.get(effect.id))),
    ...(entry.refused && { refused: entry.refused }),
    note: entry.note,
    ...(deed && { deed }),
    payload: envelope.payload,
  }
}

function effectView(effect: Effect, fate: EffectFate | undefined): JournalItem['effects'][number] {
  return {
    id: effect.id,
    kind: effect.command.kind,
    nodeId: effect.nodeId,
    preview: previewOf(effect),
    status: fate?.status ?? 'done',
    error: fate?.error ?? null,
  }
}

function previewOf({ command }: Effect): string {
  const content = messageContentOf(command)
  if (content) return messageText(content, null)
  if (command.kind === 'whatsapp.fetch_media')
    return command.filename ?? command.mimeType ?? command.media
  if (command.kind !== 'contact.upsert') return command.kind
  const { fields, tags, consents, ...known } = command.patch
  const said = Object.entries(consents ?? {}).map(([purpose, granted]) =>
    granted ? `+${purpose}` : `-${purpose}`,
  )
  const names = Object.keys(fields ?? {})
  return [...Object.values(known), ...(tags ?? []), ...said, ...names].join(' · ')
}

const OWN = `select entry from journal
  where tenant_id = ? and contact_id = ? and (?::bigint is null or seq < ?::bigint) order by seq desc limit ?`

/** What was only forwarded stands where it was applied. */
const unitedOf = (ids: string[]): string => `select j.entry, j.seq - part.below as seq
  from (values ${ids.map(() => '(?::text, ?::bigint)').join(', ')}) part(id, below)
  join journal j on j.contact_id = part.id
  where j.tenant_id = ? and j.entry->>'note' is distinct from 'forwarded'
    and (?::bigint is null or j.seq - part.below < ?::bigint)
  order by j.seq - part.below desc limit ?`

/** The audit entry of what a person did bears the number of the envelope that does it. */
export const auditIdOf = (eventId: string): string => eventId.replace(/^evt_/, 'aud_')

async function deedsOf(
  records: Records,
  { tenantId }: Actor,
  eventIds: string[],
): Promise<Map<string, Deed>> {
  if (eventIds.length === 0) return new Map()
  const rows: { id: string; userId: string; name: string | null; reason: string | null }[] =
    await records.execute(
      `select a.id, a.user_id as "userId", u.name, a.reason
       from audit_log a left join users u on u.tenant_id = a.tenant_id and u.id = a.user_id
       where a.tenant_id = ? and a.id in (${eventIds.map(() => '?').join(', ')})`,
      [tenantId, ...eventIds.map(auditIdOf)],
    )
  return new Map(
    rows.map(({ id, userId, name, reason }) => [
      id,
      { by: { id: userId, name }, reason: reason ?? '' },
    ]),
  )
}

async function fatesOf(
  records: Records,
  actor: Actor,
  effectIds: string[],
): Promise<Map<string, EffectFate>> {
  if (effectIds.length === 0) return new Map()
  const list = effectIds.map(() => '?').join(', ')
  const rows: EffectFate[] = await records.execute(
    `select id, case status when 'waiting' then 'pending' when 'dispatched' then 'pending' else status end
       as status, last_error as error from outbox where tenant_id = ? and id in (${list})
     union all
     select effect_id, status, error_json::json from messages m where tenant_id = ? and effect_id in (${list})
       and not exists (select 1 from outbox o where o.tenant_id = m.tenant_id and o.id = m.effect_id)
     union all
     select id, 'failed', json_build_object('code', code, 'message', reason) from dead_letters d
       where tenant_id = ? and id in (${list}) and resolved_at is null and not exists (
         select 1 from messages m where m.tenant_id = d.tenant_id and m.effect_id = d.id)`,
    Array.from({ length: 3 }, () => [actor.tenantId, ...effectIds]).flat(),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

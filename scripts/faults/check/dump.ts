// What the database holds of a run's contacts, read straight from the tables.

import type { Stage } from '../stage/stage.ts'
import type { Dump, JournalRow } from './evidence.ts'

interface StoredJournal {
  tenant_id: string
  contact_id: string
  phone: string
  seq: number
  at: Date
  event_id: string
  event_type: string
  entry: {
    envelope: { payload: Record<string, unknown> }
    effects: { id: string; command: StoredCommand }[]
  }
}

interface StoredCommand {
  kind: string
  text?: string
  vars?: { nome?: string }
}

/** Reads everything of the contacts whose phone begins with `prefix`. */
export async function readDump(stage: Stage, prefix: string, runKey: string): Promise<Dump> {
  const { query } = stage
  const like = `${prefix}%`
  const journal = await query<StoredJournal>(JOURNAL, [like])
  const keys = await query<{ key: string; event_id: string }>(KEYS, [`%${runKey}%`])
  const mailbox = await query<{ event_id: string; is_held: boolean; is_parked: boolean }>(MAILBOX, [
    like,
  ])
  const outbox = await query<{
    tenant_id: string
    id: string
    status: string
    is_behind_held: boolean
  }>(OUTBOX, [like])
  const deadLetters = await query<Dump['deadLetters'][number]>(DEAD, [like])
  const [timers] = await query<{ overdue: number }>(TIMERS, [like])
  return {
    journal: journal.map(rowOf),
    events: eventsOf(keys, runKey),
    mailbox: mailbox.map((row) => ({
      eventId: row.event_id,
      isHeld: row.is_held,
      isParked: row.is_parked,
    })),
    outbox: outbox.map((row) => ({
      tenantId: row.tenant_id,
      effectId: row.id,
      status: row.status,
      isBehindHeld: row.is_behind_held,
    })),
    deadLetters,
    overdueTimers: Number(timers?.overdue ?? 0),
    policies: new Map(stage.companies.map(({ id, policy }) => [id, policy])),
  }
}

function rowOf(row: StoredJournal): JournalRow {
  return {
    tenantId: row.tenant_id,
    contactId: row.contact_id,
    phone: row.phone,
    seq: Number(row.seq),
    at: row.at.getTime(),
    eventId: row.event_id,
    type: row.event_type,
    payload: row.entry.envelope.payload,
    effects: row.entry.effects.map(({ id, command }) => ({
      id,
      kind: command.kind,
      text: command.text ?? `Oi, ${command.vars?.nome ?? ''}!`,
    })),
  }
}

/** Keys of the deduplication end with the outside world's own key. */
function eventsOf(
  rows: { key: string; event_id: string }[],
  runKey: string,
): Map<string, string[]> {
  const events = new Map<string, string[]>()
  for (const { key, event_id: eventId } of rows) {
    const own = key.slice(key.indexOf(runKey))
    events.set(own, [...(events.get(own) ?? []), eventId])
  }
  return events
}

export interface Backlog {
  mailbox: number
  outbox: number
  timers: number
}

/** What still has to happen by itself, of all contacts. */
export async function readBacklog({ query }: Pick<Stage, 'query'>): Promise<Backlog> {
  const [row] = await query<{ mailbox: string; outbox: string; timers: string }>(BACKLOG)
  return {
    mailbox: Number(row?.mailbox ?? 0),
    outbox: Number(row?.outbox ?? 0),
    timers: Number(row?.timers ?? 0),
  }
}

const JOURNAL = `select j.tenant_id, j.contact_id, c.phone_e164 as phone, j.seq, j.at, j.event_id, j.event_type, j.entry
  from journal j join contacts c on c.tenant_id = j.tenant_id and c.id = j.contact_id
  where c.phone_e164 like $1 order by j.tenant_id, j.contact_id, j.seq`

const KEYS = `select key, event_id from accepted_keys where key like $1 and key not like 'nonce:%'`

const HELD_MAIL = `exists (select 1 from mailbox held where held.tenant_id = m.tenant_id
  and held.contact_id = m.contact_id and held.parked_at is not null and held.id <= m.id)`

const MAILBOX = `select m.envelope->>'event_id' as event_id, m.parked_at is not null as is_parked,
    ${HELD_MAIL} as is_held
  from mailbox m join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
  where c.phone_e164 like $1`

const BEHIND_HELD = `exists (select 1 from outbox held where held.tenant_id = o.tenant_id
  and held.lane = o.lane and held.status = 'held' and held.position < o.position)`

const OUTBOX = `select o.tenant_id, o.id, o.status, ${BEHIND_HELD} as is_behind_held
  from outbox o join contacts c on c.tenant_id = o.tenant_id and c.id = o.contact_id
  where c.phone_e164 like $1`

const DEAD = `select d.id, d.kind, d.code from dead_letters d
  join contacts c on c.tenant_id = d.tenant_id and c.id = d.contact_id where c.phone_e164 like $1`

const TIMERS = `select count(*) as overdue from timers t
  join contacts c on c.tenant_id = t.tenant_id and c.id = t.contact_id
  where c.phone_e164 like $1 and t.due_at < clock_timestamp() - interval '1 second'`

const BACKLOG = `select
  (select count(*) from mailbox m where not ${HELD_MAIL}) as mailbox,
  (select count(*) from outbox o where o.status <> 'held' and not ${BEHIND_HELD}) as outbox,
  (select count(*) from timers) as timers`

// The batch's rows of mailbox, snapshots, journal and timers: one statement each, over arrays.

import type { Step } from '#actors/step.ts'
import type { TimerSet } from '#machines/run/run-state.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Queryable, run } from '../db/pool.ts'
import { toStorable } from '../db/storable.ts'
import { sentTogether } from './sent-together.ts'
import type { WorkedContact } from './work-batch.ts'

const MAX_ATTEMPTS = 3
const RETRY_SECONDS = 1

/** I2: each mailbox row is removed once; a row that is gone was applied by somebody else. */
export async function consume(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const ids = contacts.flatMap((contact) => contact.consumed)
  if (ids.length === 0) return
  const rows = await run<{ id: number }>(db, CONSUME, [ids])
  if (rows.length !== ids.length) throw new FluxoError('LEASE_LOST', { details: { shards: [] } })
}

/** The state after the contact's last Step. */
export async function writeSnapshots(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  if (contacts.length === 0) return
  await run(db, SNAPSHOTS, [
    contacts.map(({ work }) => work.tenantId),
    contacts.map(({ work }) => work.contactId),
    contacts.map(({ work }) => work.shard),
    contacts.map(({ state }) => state?.seq ?? 0),
    contacts.map(({ stateText }) => stateText),
  ])
}

/** One entry per Step, append only. */
export async function writeJournal(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const steps = contacts.flatMap(({ work, steps, entries }) =>
    steps.map(({ journal }, index) => ({ work, journal, text: entries[index] })),
  )
  if (steps.length === 0) return
  await run(db, JOURNAL, [
    steps.map(({ work }) => work.tenantId),
    steps.map(({ work }) => work.contactId),
    steps.map(({ journal }) => journal.seq),
    steps.map(({ journal }) => journal.at),
    steps.map(({ journal }) => journal.envelope.event_id),
    steps.map(({ journal }) => journal.envelope.type),
    steps.map(({ text }) => text),
  ])
}

/** Timers as they stand after the contact's last Step: what is cleared goes, what is set is there once. */
export async function writeTimers(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const cleared: { tenantId: string; contactId: string; runId: string; timerId: string }[] = []
  const set: (TimerSet & { tenantId: string; contactId: string; shard: number })[] = []
  for (const { work, steps } of contacts) {
    if (!steps.some(hasTimers)) continue
    const last = new Map<string, TimerSet | null>()
    for (const step of steps) {
      for (const timer of step.timersCleared) last.set(`${timer.runId} ${timer.timerId}`, null)
      for (const timer of step.timersSet) last.set(`${timer.runId} ${timer.timerId}`, timer)
    }
    for (const [key, timer] of last) {
      const [runId = '', timerId = ''] = key.split(' ')
      if (timer)
        set.push({
          ...timer,
          tenantId: work.tenantId,
          contactId: work.contactId,
          shard: work.shard,
        })
      else cleared.push({ tenantId: work.tenantId, contactId: work.contactId, runId, timerId })
    }
  }
  await sentTogether([
    cleared.length > 0 && run(db, CLEAR_TIMERS, columns(cleared)),
    set.length > 0 &&
      run(db, SET_TIMERS, [
        ...columns(set),
        set.map((timer) => timer.nodeId),
        set.map((timer) => timer.generation),
        set.map((timer) => timer.shard),
        set.map((timer) => timer.dueAt),
      ]),
  ])
}

function hasTimers({ timersSet, timersCleared }: Step): boolean {
  return timersSet.length > 0 || timersCleared.length > 0
}

/** A poisoned envelope rests, and after three tries it is parked; its contact's later ones wait behind it. */
export async function notePoison(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const poisoned = contacts.flatMap(({ work, poison }) => (poison ? [{ work, ...poison }] : []))
  if (poisoned.length === 0) return
  await run(db, POISON, [
    poisoned.map(({ envelope }) => envelope.id),
    poisoned.map(({ reason }) => toStorable(reason)),
    poisoned.map(({ envelope }) => envelope.envelope.event_id),
    MAX_ATTEMPTS,
    RETRY_SECONDS,
  ])
}

function columns(
  timers: { tenantId: string; contactId: string; runId: string; timerId: string }[],
): string[][] {
  return [
    timers.map((timer) => timer.tenantId),
    timers.map((timer) => timer.contactId),
    timers.map((timer) => timer.runId),
    timers.map((timer) => timer.timerId),
  ]
}

const CONSUME = {
  name: 'consume_mailbox',
  text: 'delete from mailbox where id = any($1::bigint[]) returning id',
}

const SNAPSHOTS = {
  name: 'write_snapshots',
  text: `insert into actor_snapshots (tenant_id, contact_id, shard, seq, state)
    select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[], $5::json[])
    on conflict (tenant_id, contact_id) do update
      set seq = excluded.seq, state = excluded.state, updated_at = now()`,
}

const JOURNAL = {
  name: 'write_journal',
  text: `insert into journal (tenant_id, contact_id, seq, at, event_id, event_type, entry)
    select * from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[],
      $7::json[])`,
}

const CLEAR_TIMERS = {
  name: 'clear_timers',
  text: `delete from timers t
    using unnest($1::text[], $2::text[], $3::text[], $4::text[]) as item(tenant_id, contact_id, run_id, timer_id)
    where t.tenant_id = item.tenant_id and t.contact_id = item.contact_id
      and t.run_id = item.run_id and t.timer_id = item.timer_id`,
}

const SET_TIMERS = {
  name: 'set_timers',
  text: `insert into timers (tenant_id, contact_id, run_id, timer_id, node_id, generation, shard, due_at)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[],
      $7::smallint[], $8::timestamptz[])
    on conflict (tenant_id, contact_id, run_id, timer_id) do update
      set generation = excluded.generation, due_at = excluded.due_at`,
}

const POISON = {
  name: 'note_poison',
  text: `with noted as (
      update mailbox m set attempts = m.attempts + 1,
        retry_at = clock_timestamp() + make_interval(secs => $5 * (m.attempts + 1)),
        parked_at = case when m.attempts + 1 >= $4 then clock_timestamp() end,
        parked_reason = item.reason
      from unnest($1::bigint[], $2::text[], $3::text[]) as item(id, reason, event_id)
      where m.id = item.id
      returning m.*, item.event_id)
    insert into dead_letters (tenant_id, id, kind, contact_id, code, reason, body)
    select tenant_id, event_id, 'envelope', contact_id, 'ENVELOPE_PARKED', parked_reason, envelope
    from noted where parked_at is not null
    on conflict (tenant_id, id) do update set reason = excluded.reason, body = excluded.body,
      failed_at = clock_timestamp(), resolved_at = null, resolution = null`,
}

// Due schedules become one envelope for each contact of their audience, by the database clock and in bounded batches.
// A batch and how far it got are one transaction (I2): a crash in between neither loses nor doubles, and who comes
// next goes on where it stopped. One worker at a time has a schedule. What came due while nobody ran fires once, late.

import type { Pool } from 'pg'
import type { Consents, ContactFacts } from '#machines/contracts/contact.ts'
import { type Envelope, MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { nextTimeOf } from '#machines/expression/cron.ts'
import { inTransaction, type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { factsWith } from '../mailbox/contact-facts.ts'
import { type AddressedEnvelope, enqueueEnvelopes } from '../mailbox/enqueue.ts'

const BATCH_SIZE = 500
const POLL_MS = 1_000

interface ScheduleRow {
  tenant_id: string
  workflow_id: string
  cron: string
  zone: string
  audience: { tags?: string[] }
  next_at: Date | null
  firing_at: Date | null
  reached: string
  now: Date
}

interface ContactRow extends Omit<ContactFacts, 'consents'> {
  id: string
  shard: number
  consents: Consents
}

/** The moment that is fired, and the schedule it belongs to. */
interface Firing {
  schedule: ScheduleRow
  /** ISO 8601 instant. */
  at: string
}

/** Creates the loop that fires due schedules. */
export function createScheduleLoop(pool: Pool, logger: Logger): Loop {
  return createLoop({
    name: 'schedules',
    pollMs: POLL_MS,
    logger,
    turn: () => fireSchedules(pool),
  })
}

/** Fires one batch of the schedule that was looked at longest ago. @returns true when one was due */
export async function fireSchedules(pool: Pool, batchSize = BATCH_SIZE): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const [schedule] = await run<ScheduleRow>(db, TAKE_DUE)
    const moment = schedule?.firing_at ?? schedule?.next_at
    if (!schedule || !moment) return false
    const firing = { schedule, at: moment.toISOString() }
    const contacts = await run<ContactRow>(db, AUDIENCE, [
      schedule.tenant_id,
      schedule.reached,
      schedule.audience.tags ?? null,
      batchSize,
    ])
    await send(db, firing, contacts)
    const last = contacts.length < batchSize ? null : contacts.at(-1)
    await moveOn(db, firing, last?.id ?? null)
    return true
  })
}

/** The dedupe key stands even if a schedule should ever come to the same moment again. */
async function send(db: Queryable, firing: Firing, contacts: ContactRow[]): Promise<void> {
  if (contacts.length === 0) return
  const { schedule, at } = firing
  const drafts = contacts.map((contact) => ({
    contact,
    eventId: createId('event'),
    key: `schedule:${schedule.workflow_id}:${at}:${contact.id}`,
  }))
  const claimed = await run<{ key: string }>(db, CLAIM, [
    schedule.tenant_id,
    drafts.map(({ key }) => key),
    drafts.map(({ eventId }) => eventId),
  ])
  const fresh = new Set(claimed.map(({ key }) => key))
  await enqueueEnvelopes(
    db,
    drafts
      .filter(({ key }) => fresh.has(key))
      .map(({ contact, eventId }) => addressed(firing, contact, eventId)),
  )
}

function addressed(
  { schedule, at }: Firing,
  { id, shard, consents, ...facts }: ContactRow,
  eventId: string,
): AddressedEnvelope {
  const envelope: Envelope = {
    event_id: eventId,
    tenant_id: schedule.tenant_id,
    contact_id: id,
    type: 'schedule.fired',
    source: 'schedule',
    occurred_at: at,
    correlation_id: eventId,
    payload: { workflowId: schedule.workflow_id, cron: schedule.cron, at },
    contact: factsWith(facts, consents),
  }
  return { envelope: withinLimit(envelope), shard }
}

/** One contact with endless fields must not stop the others: its actor goes on with what it knows. */
function withinLimit(envelope: Envelope): Envelope {
  if (Buffer.byteLength(JSON.stringify(envelope)) <= MAX_EVENT_BYTES) return envelope
  const { contact: _contact, ...rest } = envelope
  return rest
}

/** @param reached the last contact of a full batch, or null when the firing is over */
async function moveOn(
  db: Queryable,
  { schedule, at }: Firing,
  reached: string | null,
): Promise<void> {
  const next =
    schedule.firing_at === null
      ? nextTimeOf(schedule.cron, schedule.now.toISOString(), schedule.zone)
      : (schedule.next_at?.toISOString() ?? null)
  await run(db, MOVE_ON, [
    schedule.tenant_id,
    schedule.workflow_id,
    reached === null ? null : at,
    reached ?? '',
    next,
  ])
}

const TAKE_DUE = {
  name: 'take_due_schedule',
  text: `select tenant_id, workflow_id, cron, zone, audience_json as audience, next_at, firing_at, reached,
      clock_timestamp() as now
    from schedules where firing_at is not null or next_at <= clock_timestamp()
    order by looked_at limit 1 for update skip locked`,
}

const AUDIENCE = {
  name: 'schedule_audience',
  text: `select id, shard, name, phone_e164 as phone, email, tags, fields_json as fields,
      consents_json as consents
    from contacts
    where tenant_id = $1 and merged_into is null and id > $2 and ($3::text[] is null or tags && $3::text[])
    order by id limit $4`,
}

const CLAIM = {
  name: 'claim_schedule_keys',
  text: `insert into accepted_keys (tenant_id, key, event_id)
    select $1, key, event_id from unnest($2::text[], $3::text[]) as item(key, event_id) order by key
    on conflict do nothing returning key`,
}

const MOVE_ON = {
  name: 'move_schedule_on',
  text: `update schedules set firing_at = $3::timestamptz, reached = $4, next_at = $5::timestamptz,
      looked_at = clock_timestamp()
    where tenant_id = $1 and workflow_id = $2`,
}

// What an actor hands to the actor of another contact: into that one's mailbox by the transaction that commits the Step,
// so once and in order (I2, I3), and the books of merges that reached their end.

import type { MergeOutcome, Sent } from '#actors/step.ts'
import { type Queryable, run } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import { shardOf } from './shard-of.ts'
import type { WorkedContact } from './work-batch.ts'

/** Writes nothing for nearly every batch. */
export async function writeMerges(db: Queryable, contacts: WorkedContact[]): Promise<void> {
  const sent: Sent[] = []
  const ended: (MergeOutcome & { tenantId: string; contactId: string })[] = []
  for (const { work, steps } of contacts) {
    const { tenantId, contactId } = work
    for (const step of steps) {
      if (step.sent) sent.push(...step.sent)
      if (step.merge) ended.push({ ...step.merge, tenantId, contactId })
    }
  }
  if (sent.length > 0) await writeSent(db, sent)
  for (const outcome of ended) await settle(db, outcome)
}

async function writeSent(db: Queryable, sent: Sent[]): Promise<void> {
  const awaited = sent.filter(({ isAwaited }) => isAwaited).map(({ envelope }) => envelope)
  for (const envelope of awaited) {
    const { tenant_id: tenantId, contact_id: contactId, event_id: eventId } = envelope
    const shard = shardOf(tenantId, contactId)
    await run(db, FILL, [tenantId, contactId, eventId, shard, JSON.stringify(envelope)])
  }
  const rest = sent.filter(({ isAwaited }) => !isAwaited).map(({ envelope }) => envelope)
  await enqueueEnvelopes(
    db,
    rest.map((envelope) => ({
      envelope,
      shard: shardOf(envelope.tenant_id, envelope.contact_id),
    })),
  )
  noticeAfterCommit(db, CHANNELS.mailbox)
}

async function settle(
  db: Queryable,
  {
    tenantId,
    contactId,
    mergeId,
    status,
    runIds,
  }: MergeOutcome & {
    tenantId: string
    contactId: string
  },
): Promise<void> {
  await run(db, MOVE_RUNS, [tenantId, contactId, runIds])
  await run(db, SETTLE, [tenantId, mergeId, status])
}

/** A place that somebody took away is made anew, at the end. */
const FILL = {
  name: 'fill_awaited_envelope',
  text: `with filled as (
      update mailbox m set envelope = $5::json, attempts = 0, retry_at = null
      where m.tenant_id = $1 and m.contact_id = $2 and m.attempts > 0 and m.retry_at = 'infinity'
        and strpos(m.envelope::text, $3) > 0
      returning m.id)
    insert into mailbox (tenant_id, contact_id, shard, envelope)
    select $1, $2, $4::smallint, $5::json where not exists (select 1 from filled)`,
}

const MOVE_RUNS = {
  name: 'move_merged_runs',
  text: `update workflow_runs set contact_id = $2 where tenant_id = $1 and id = any($3::text[])`,
}

const SETTLE = {
  name: 'settle_merge',
  text: `update contact_merges set status = $3, settled_at = clock_timestamp() where tenant_id = $1 and id = $2`,
}

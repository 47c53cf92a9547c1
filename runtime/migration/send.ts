// The envelopes of a migration: into the mailboxes in the transaction that notes them as sent, so each goes out once.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { StateMap } from '#machines/contracts/versions.ts'
import type { RunState } from '#machines/run/run-state.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import { shardOf } from '../shard/shard-of.ts'

export interface Sending {
  tenantId: string
  migrationId: string
  toVersionId: string | null
  maps: Readonly<Record<string, StateMap>>
}

interface Item {
  run_id: string
  contact_id: string
  version_id: string
}

/** Sends up to `limit` runs on their way. @returns how many */
export async function sendNext(db: Queryable, sending: Sending, limit: number): Promise<number> {
  const { tenantId, migrationId } = sending
  const items = await run<Item>(db, TAKE, [tenantId, migrationId, limit])
  await send(
    db,
    items.map((item) => envelopeOf(sending, item, moveOf(sending, item))),
  )
  return items.length
}

interface BackItem extends Item {
  run_before: RunState
  mark: string
}

/** What an envelope says beside the run that it brings back. */
const MARGIN_BYTES = 4096

/** Sends up to `limit` runs on their way back. @returns how many */
export async function sendBack(db: Queryable, sending: Sending, limit: number): Promise<number> {
  const { tenantId, migrationId } = sending
  const largest = MAX_EVENT_BYTES - MARGIN_BYTES
  const items = await run<BackItem>(db, TAKE_BACK, [tenantId, migrationId, limit, largest])
  await send(
    db,
    items
      .filter(({ run_before: before }) => before !== null)
      .map((item) => {
        const { run_before: before, mark: expected } = item
        const content = { before: before as unknown as JsonObject, expected }
        return envelopeOf(sending, item, { type: 'run.restored', content })
      }),
  )
  return items.length
}

interface Content {
  type: string
  content: JsonObject
}

function moveOf({ toVersionId, maps }: Sending, { version_id: fromVersionId }: Item): Content {
  if (toVersionId === null) return { type: 'run.stopped', content: {} }
  const map = maps[fromVersionId] ?? {}
  return { type: 'run.migrated', content: { fromVersionId, versionId: toVersionId, map } }
}

function envelopeOf(
  { tenantId, migrationId }: Sending,
  { run_id: runId, contact_id: contactId }: Item,
  { type, content }: Content,
): Envelope {
  return {
    event_id: createId('event'),
    tenant_id: tenantId,
    contact_id: contactId,
    type,
    source: 'migration',
    occurred_at: new Date().toISOString(),
    correlation_id: migrationId,
    payload: { migrationId, runId, ...content },
  }
}

async function send(db: Queryable, envelopes: Envelope[]): Promise<void> {
  const addressed = envelopes.map((envelope) => {
    return { envelope, shard: shardOf(envelope.tenant_id, envelope.contact_id) }
  })
  await enqueueEnvelopes(db, addressed)
}

// Joined without `materialized` the limit would be looked up again for each row, and be none.
const TAKE = {
  name: 'take_migration_items',
  text: `with next as materialized (select run_id from run_migration_items
      where tenant_id = $1 and migration_id = $2 and status = 'pending' and sent_at is null
      order by run_id limit $3 for update)
    update run_migration_items i set sent_at = clock_timestamp() from next
    where i.tenant_id = $1 and i.migration_id = $2 and i.run_id = next.run_id
    returning i.run_id, i.contact_id, i.version_id`,
}

const TAKE_BACK = {
  name: 'take_back_migration_items',
  text: `with next as materialized (select run_id from run_migration_items
      where tenant_id = $1 and migration_id = $2 and status = 'moved' and undo_sent_at is null and mark is not null
      order by run_id limit $3 for update)
    update run_migration_items i set undo_sent_at = clock_timestamp(),
      code = case when octet_length(i.run_before::text) > $4 then 'RUN_TOO_LARGE' end from next
    where i.tenant_id = $1 and i.migration_id = $2 and i.run_id = next.run_id
    returning i.run_id, i.contact_id, i.version_id, i.mark,
      case when i.code is null then i.run_before end as run_before`,
}

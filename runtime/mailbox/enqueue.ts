// Envelopes into the mailbox, and a word to the workers that something waits.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Queryable, run } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'

export interface AddressedEnvelope {
  envelope: Envelope
  shard: number
}

/**
 * Adds envelopes in the given order; part of the caller's transaction.
 * @throws {FluxoError} EVENT_TOO_LARGE
 */
export async function enqueueEnvelopes(db: Queryable, items: AddressedEnvelope[]): Promise<void> {
  if (items.length === 0) return
  const bodies = items.map(({ envelope }) => JSON.stringify(envelope))
  if (bodies.some((body) => Buffer.byteLength(body) > MAX_EVENT_BYTES))
    throw new FluxoError('EVENT_TOO_LARGE')
  await run(db, ENQUEUE, [
    items.map(({ envelope }) => envelope.tenant_id),
    items.map(({ envelope }) => envelope.contact_id),
    items.map(({ shard }) => shard),
    bodies,
  ])
  await run(db, NOTIFY, [CHANNELS.mailbox])
}

const ENQUEUE = {
  name: 'enqueue_envelopes',
  text: `insert into mailbox (tenant_id, contact_id, shard, envelope)
    select tenant_id, contact_id, shard, envelope
    from unnest($1::text[], $2::text[], $3::smallint[], $4::json[]) with ordinality
      as item(tenant_id, contact_id, shard, envelope, n)
    order by n`,
}

const NOTIFY = { name: 'notify_mailbox', text: `select pg_notify($1, '')` }

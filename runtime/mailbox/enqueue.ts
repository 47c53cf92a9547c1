// Envelopes into the mailbox, and a word to the workers that something waits.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type Queryable, run } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'

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
  const bodies = items.map(({ envelope }) => bodyOf(envelope))
  await run(db, ENQUEUE, [
    items.map(({ envelope }) => envelope.tenant_id),
    items.map(({ envelope }) => envelope.contact_id),
    items.map(({ shard }) => shard),
    bodies,
  ])
  noticeAfterCommit(db, CHANNELS.mailbox)
}

/**
 * The envelope as it is kept.
 * @throws {FluxoError} EVENT_TOO_LARGE
 */
export function bodyOf(envelope: Envelope): string {
  const body = JSON.stringify(envelope)
  // A character takes three bytes at most.
  if (body.length * 3 > MAX_EVENT_BYTES && Buffer.byteLength(body) > MAX_EVENT_BYTES)
    throw new FluxoError('EVENT_TOO_LARGE')
  return body
}

const ENQUEUE = {
  name: 'enqueue_envelopes',
  text: `insert into mailbox (tenant_id, contact_id, shard, envelope)
    select tenant_id, contact_id, shard, envelope
    from unnest($1::text[], $2::text[], $3::smallint[], $4::json[]) with ordinality
      as item(tenant_id, contact_id, shard, envelope, n)
    order by n`,
}

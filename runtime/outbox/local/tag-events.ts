// Tags that a contact really got become `tag.added`, in the transaction that put them on. A tag that was there tells
// nothing, and one chain of causes tells of the same tag once: workflows that take a tag off and put it on again by
// each other's hand come to an end.

import { createHash } from 'node:crypto'
import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { createId } from '../../ids.ts'
import { enqueueEnvelopes } from '../../mailbox/enqueue.ts'

/** What an effect put on a contact. */
export interface AddedTags {
  tenantId: string
  contactId: string
  shard: number
  effectId: string
  /** Kind of the effect. */
  source: string
  correlationId: string
  tags: string[]
  /** The contact after the effect. */
  contact: ContactFacts
}

/** Tells of added tags inside the caller's transaction. */
export async function tellAddedTags(db: Queryable, added: AddedTags[]): Promise<void> {
  const events = added.flatMap((change) =>
    change.tags.map((tag) => ({ change, tag, eventId: createId('event') })),
  )
  if (events.length === 0) return
  const keys = events.map(({ change, tag }) => keyOf(change, tag))
  const claimed = await run<{ event_id: string }>(db, CLAIM, [
    events.map(({ change }) => change.tenantId),
    keys,
    events.map(({ eventId }) => eventId),
  ])
  const fresh = new Set(claimed.map((row) => row.event_id))
  await enqueueEnvelopes(
    db,
    events
      .filter(({ eventId }) => fresh.has(eventId))
      .map(({ change, tag, eventId }) => ({
        shard: change.shard,
        envelope: envelopeOf(change, tag, eventId),
      })),
  )
}

/** A tag may be longer than a key. */
function keyOf({ correlationId, contactId }: AddedTags, tag: string): string {
  return `tag:${correlationId}:${contactId}:${createHash('sha256').update(tag).digest('base64url')}`
}

function envelopeOf(change: AddedTags, tag: string, eventId: string): Envelope {
  const { tenantId, contactId, effectId, source, correlationId, contact } = change
  return {
    event_id: eventId,
    tenant_id: tenantId,
    contact_id: contactId,
    type: 'tag.added',
    source,
    occurred_at: new Date().toISOString(),
    correlation_id: correlationId,
    payload: { tag, effectId },
    contact,
  }
}

/** Sorted, so that two dispatchers wait for each other in the same order. */
const CLAIM = {
  name: 'claim_tag_keys',
  text: `insert into accepted_keys (tenant_id, key, event_id)
    select * from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, key, event_id)
    order by tenant_id, key
    on conflict do nothing returning event_id`,
}

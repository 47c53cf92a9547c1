// The beginning of a merge, one transaction: from its commit on the source's addresses lead to the target, whose mail
// waits until the source's actor has handed over (I3). The actors do the rest, by envelopes of their own.

import type { MergingPayload } from '#actors/merge.ts'
import type { Consents } from '#machines/contracts/contact.ts'
import { type JsonObject, isJsonObject } from '#machines/contracts/json.ts'
import { writeConsents } from '../db/consent-ledger.ts'
import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import {
  awaitEnvelope,
  type Before,
  factsOf,
  type Kept,
  keptOf,
  lockPeople,
  mergeEnvelope,
  type Person,
  readStanding,
} from './merged-rows.ts'

interface MergeOrder {
  tenantId: string
  /** The contact that becomes the other one. */
  sourceId: string
  targetId: string
  /** Who says that they are one person. */
  source: 'person' | 'provider' | 'twin'
  reason: string
  userId: string | null
}

type MergeRefusal =
  | 'same_contact'
  | 'unknown_contact'
  | 'already_merged'
  | 'under_way'
  | 'blocked'
  | 'too_large'

/** Both actors together, in bytes of JSON: what is handed over travels in one envelope. */
const MAX_BYTES = 300 * 1024
const MAX_DEALS = 50

/** Why the two cannot become one now; null when they can. */
export async function whyNotMerge(
  db: Queryable,
  tenantId: string,
  people: { source: Person | undefined; target: Person | undefined },
): Promise<MergeRefusal | null> {
  const { source, target } = people
  if (!source || !target) return 'unknown_contact'
  if (source.id === target.id) return 'same_contact'
  if (source.mergedInto !== null || target.mergedInto !== null) return 'already_merged'
  const { isUnderWay, isBlocked, bytes } = await readStanding(db, tenantId, [source.id, target.id])
  if (isUnderWay) return 'under_way'
  if (isBlocked) return 'blocked'
  return bytes > MAX_BYTES ? 'too_large' : null
}

/**
 * Begins a merge inside the caller's transaction.
 * @returns its id, or why nothing was changed
 */
export async function startMerge(
  db: Queryable,
  order: MergeOrder,
): Promise<{ mergeId: string } | { refused: MergeRefusal }> {
  const { tenantId, sourceId, targetId } = order
  const people = await lockPeople(db, tenantId, [sourceId, targetId])
  const source = people.get(sourceId)
  const target = people.get(targetId)
  const refused = await whyNotMerge(db, tenantId, { source, target })
  if (refused || !source || !target) return { refused: refused ?? 'unknown_contact' }
  const mergeId = createId('merge')
  const united = unite(keptOf(source), keptOf(target))
  const identities = await moveIdentities(db, order)
  await uniteRows(db, order, { source, target, united })
  await writeUnitedConsents(db, order, { mergeId, target, united })
  const before: Before = { source: { ...keptOf(source), identities }, target: keptOf(target) }
  await run(db, INSERT, [
    tenantId,
    mergeId,
    sourceId,
    targetId,
    order.source,
    order.reason,
    JSON.stringify(before),
    order.userId,
  ])
  await run(db, SETTLE_SUGGESTION, [tenantId, ...[sourceId, targetId].toSorted()])
  await tellActors(db, order, { mergeId, source, target, united })
  return { mergeId }
}

/** The target as it is afterwards: what it has stays, what it lacks comes from the source, and a no to being written to wins. */
export function unite(source: Kept, target: Kept): Kept {
  return {
    name: target.name ?? source.name,
    phone: target.phone ?? source.phone,
    email: target.email ?? source.email,
    externalId: target.externalId ?? source.externalId,
    tags: [...new Set([...target.tags, ...source.tags])],
    fields: uniteFields(source.fields, target.fields),
    consents: uniteConsents(source.consents, target.consents),
    lastChannel: target.lastChannel ?? source.lastChannel,
  }
}

function uniteFields(source: JsonObject, target: JsonObject): JsonObject {
  const fields = { ...source, ...target }
  const [theirs, ours] = [source['deals'], target['deals']]
  if (!Array.isArray(theirs) || !Array.isArray(ours)) return fields
  const known = new Set(ours.map((deal) => isJsonObject(deal) && deal['id']))
  const added = theirs.filter((deal) => !(isJsonObject(deal) && known.has(deal['id'] ?? null)))
  return { ...fields, deals: [...added, ...ours].slice(-MAX_DEALS) }
}

function uniteConsents(source: Consents, target: Consents): Consents {
  const united: Consents = { ...source, ...target }
  for (const [purpose, granted] of Object.entries(source)) if (!granted) united[purpose] = false
  return united
}

interface Merged {
  source: Person
  target: Person
  united: Kept
}

async function moveIdentities(
  db: Queryable,
  { tenantId, sourceId, targetId }: MergeOrder,
): Promise<Before['source']['identities']> {
  return run(db, MOVE_IDENTITIES, [tenantId, sourceId, targetId])
}

/** The source gives up what the target takes before the target has it: an address is one contact's. */
async function uniteRows(
  db: Queryable,
  { tenantId, sourceId, targetId }: MergeOrder,
  { source, target, united }: Merged,
): Promise<void> {
  await run(db, LEAVE, [
    tenantId,
    sourceId,
    target.phone === null ? null : source.phone,
    target.email === null ? null : source.email,
    target.externalId === null ? null : source.externalId,
    targetId,
  ])
  await run(db, UNITE, [
    tenantId,
    targetId,
    united.name,
    united.phone,
    united.email,
    united.externalId,
    united.tags,
    JSON.stringify(united.fields),
    united.lastChannel,
  ])
}

async function writeUnitedConsents(
  db: Queryable,
  { tenantId, targetId }: MergeOrder,
  { mergeId, target, united }: Omit<Merged, 'source'> & { mergeId: string },
): Promise<void> {
  const changed = Object.entries(united.consents).filter(
    ([purpose, granted]) => target.consents[purpose] !== granted,
  )
  const told = { tenantId, contactId: targetId, source: 'merge', evidence: { mergeId }, at: null }
  await writeConsents(
    db,
    changed.map(([purpose, granted]) => ({ ...told, purpose, granted })),
  )
}

async function tellActors(
  db: Queryable,
  { tenantId, source: by }: MergeOrder,
  { mergeId, source, target, united }: Merged & { mergeId: string },
): Promise<void> {
  const correlationId = mergeId
  const awaited = mergeEnvelope(tenantId, target.id, {
    type: 'contact.absorbed',
    correlationId,
    contact: factsOf(united),
  })
  // Who is the same by the provider's word has the window of that number; another number has its own.
  const apart = by === 'person' && target.phone !== null ? ['whatsapp'] : []
  const payload: MergingPayload = { mergeId, targetId: target.id, awaited, apart }
  const merging = mergeEnvelope(tenantId, source.id, {
    type: 'contact.merging',
    correlationId,
    payload,
  })
  await awaitEnvelope(db, awaited, target.shard)
  await enqueueEnvelopes(db, [{ envelope: merging, shard: source.shard }])
  noticeAfterCommit(db, CHANNELS.mailbox)
}

const MOVE_IDENTITIES = {
  name: 'move_identities',
  text: `update contact_identities set contact_id = $3 where tenant_id = $1 and contact_id = $2
    returning kind, value`,
}

/** Whoever became the source before is the target's now. */
const LEAVE = {
  name: 'leave_contact',
  text: `update contacts c set merged_into = $6, updated_at = now(),
      phone_e164 = case when c.id = $2 then $3 else c.phone_e164 end,
      email = case when c.id = $2 then $4 else c.email end,
      external_id = case when c.id = $2 then $5 else c.external_id end
    where c.tenant_id = $1 and (c.id = $2 or c.merged_into = $2)`,
}

const UNITE = {
  name: 'unite_contact',
  text: `update contacts set name = $3, phone_e164 = $4, email = $5, external_id = $6, tags = $7::text[],
      fields_json = $8::jsonb, last_channel = $9, updated_at = now()
    where tenant_id = $1 and id = $2`,
}

const INSERT = {
  name: 'insert_merge',
  text: `insert into contact_merges (tenant_id, id, source_id, target_id, source, reason, before_json, created_by)
    values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)`,
}

const SETTLE_SUGGESTION = {
  name: 'settle_suggestion',
  text: `update contact_merge_suggestions set status = 'merged', settled_at = now()
    where tenant_id = $1 and first_id = $2 and second_id = $3 and status = 'open'`,
}

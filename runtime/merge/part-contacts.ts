// The way back from a merge, one transaction: the source has its addresses again and its mail waits until the target's
// actor has given the runs back (I3). What was said while they were one stays where it was said.

import type { PartingPayload } from '#actors/merge.ts'
import { writeConsents } from '../db/consent-ledger.ts'
import { type Queryable, run } from '../db/pool.ts'
import { CHANNELS } from '../live/channels.ts'
import { noticeAfterCommit } from '../live/notices.ts'
import { enqueueEnvelopes } from '../mailbox/enqueue.ts'
import {
  type Addresses,
  ADDRESSES,
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

interface PartOrder {
  tenantId: string
  mergeId: string
  reason: string
  userId: string
}

type PartRefusal = 'unknown_merge' | 'already_undone' | 'under_way' | 'target_merged' | 'blocked'

interface MergeRow {
  source_id: string
  target_id: string
  status: 'merging' | 'merged' | 'undoing' | 'undone'
  before: Before
}

/** Both as they are afterwards. */
interface Parted {
  source: Kept
  target: Kept
  /** Purposes that only the source had agreed to. */
  forget: string[]
  /** Purposes that are refused for both, because nobody knows who said so. */
  refuse: string[]
}

/**
 * Begins the way back inside the caller's transaction.
 * @returns the two contacts, or why nothing was changed
 */
export async function startParting(
  db: Queryable,
  order: PartOrder,
): Promise<{ sourceId: string; targetId: string } | { refused: PartRefusal }> {
  const { tenantId, mergeId } = order
  const [merge] = await run<MergeRow>(db, TAKE, [tenantId, mergeId])
  if (!merge) return { refused: 'unknown_merge' }
  if (merge.status === 'undone') return { refused: 'already_undone' }
  const { source_id: sourceId, target_id: targetId } = merge
  const people = await lockPeople(db, tenantId, [sourceId, targetId])
  const source = people.get(sourceId)
  const target = people.get(targetId)
  if (!source || !target) return { refused: 'unknown_merge' }
  if (target.mergedInto !== null) return { refused: 'target_merged' }
  const { isUnderWay, isBlocked } = await readStanding(db, tenantId, [sourceId, targetId])
  if (isUnderWay) return { refused: 'under_way' }
  if (isBlocked) return { refused: 'blocked' }
  const parted = part(merge.before, keptOf(source), keptOf(target))
  await partRows(db, order, { source, target, parted, merge })
  await tellActors(db, order, { source, target, parted, merge })
  return { sourceId, targetId }
}

/** What came from the source goes back, as far as nobody has changed it since. */
function part(before: Before, source: Kept, target: Kept): Parted {
  const theirs = addressesOf(before, source, target)
  const added = before.source.tags.filter((tag) => !before.target.tags.includes(tag))
  const forget = Object.keys(before.source.consents).filter(
    (purpose) =>
      before.source.consents[purpose] === true &&
      before.target.consents[purpose] === undefined &&
      target.consents[purpose] === true,
  )
  const refuse = Object.keys(target.consents).filter(
    (purpose) => target.consents[purpose] === false && source.consents[purpose] === true,
  )
  const isBorrowed = before.target.name === null && target.name === before.source.name
  return {
    source: {
      ...source,
      ...theirs.source,
      consents: { ...source.consents, ...Object.fromEntries(refuse.map((key) => [key, false])) },
    },
    target: {
      ...target,
      ...theirs.target,
      name: isBorrowed ? null : target.name,
      tags: target.tags.filter((tag) => !added.includes(tag)),
      fields: fieldsOf(before, target),
      consents: Object.fromEntries(
        Object.entries(target.consents).filter(([purpose]) => !forget.includes(purpose)),
      ),
    },
    forget,
    refuse,
  }
}

/** The number that wrote last may be either's by now; what else changed meanwhile stays. */
function addressesOf(
  before: Before,
  source: Kept,
  target: Kept,
): { source: Partial<Addresses>; target: Partial<Addresses> } {
  const back: { source: Partial<Addresses>; target: Partial<Addresses> } = {
    source: {},
    target: {},
  }
  for (const field of ADDRESSES) {
    const own = before.source[field]
    if (own === null || target[field] !== own) continue
    const other = before.target[field]
    back.source[field] = own
    back.target[field] = other === source[field] ? other : null
  }
  return back
}

function fieldsOf(before: Before, target: Kept): Kept['fields'] {
  const isBorrowed = ([name, value]: [string, unknown]): boolean =>
    !Object.hasOwn(before.target.fields, name) &&
    JSON.stringify(value) === JSON.stringify(before.source.fields[name])
  return Object.fromEntries(Object.entries(target.fields).filter((entry) => !isBorrowed(entry)))
}

interface Parting {
  source: Person
  target: Person
  parted: Parted
  merge: MergeRow
}

async function partRows(
  db: Queryable,
  { tenantId, mergeId, reason, userId }: PartOrder,
  { source, target, parted, merge }: Parting,
): Promise<void> {
  const addressesIn = (kept: Kept): (string | null)[] => ADDRESSES.map((field) => kept[field])
  // An address is one contact's: the target lets go before the source takes.
  await run(db, FREE, [tenantId, [source.id, target.id]])
  const { name, tags, fields, consents } = parted.target
  await run(db, PART_TARGET, [
    tenantId,
    target.id,
    ...addressesIn(parted.target),
    name,
    tags,
    JSON.stringify(fields),
    JSON.stringify(consents),
  ])
  await run(db, PART_SOURCE, [tenantId, source.id, ...addressesIn(parted.source)])
  await run(db, OWN_AGAIN, [tenantId, source.id])
  const { identities } = merge.before.source
  await run(db, IDENTITIES_BACK, [
    tenantId,
    identities.map(({ kind }) => kind),
    identities.map(({ value }) => value),
    target.id,
    source.id,
  ])
  const told = { tenantId, contactId: source.id, source: 'merge', evidence: { mergeId }, at: null }
  await writeConsents(
    db,
    parted.refuse.map((purpose) => ({ ...told, purpose, granted: false })),
  )
  await run(db, UNDOING, [tenantId, mergeId, reason, userId])
}

async function tellActors(
  db: Queryable,
  { tenantId, mergeId }: PartOrder,
  { source, target, parted, merge }: Parting,
): Promise<void> {
  const correlationId = mergeId
  const awaited = mergeEnvelope(tenantId, source.id, {
    type: 'contact.returned',
    correlationId,
    contact: factsOf(parted.source),
  })
  const isBack = merge.before.source.phone !== null && target.phone === merge.before.source.phone
  const { forget } = parted
  const windows = isBack ? ['whatsapp'] : []
  const payload: PartingPayload = { mergeId, sourceId: source.id, awaited, windows, forget }
  const parting = mergeEnvelope(tenantId, target.id, {
    type: 'contact.parting',
    correlationId,
    payload,
    contact: factsOf(parted.target),
  })
  await awaitEnvelope(db, awaited, source.shard)
  await enqueueEnvelopes(db, [{ envelope: parting, shard: target.shard }])
  noticeAfterCommit(db, CHANNELS.mailbox)
}

const TAKE = {
  name: 'take_merge',
  text: `select source_id, target_id, status, before_json as before from contact_merges
    where tenant_id = $1 and id = $2 for update`,
}

const FREE = {
  name: 'free_addresses',
  text: `update contacts set phone_e164 = null, email = null, external_id = null
    where tenant_id = $1 and id = any($2::text[])`,
}

const PART_TARGET = {
  name: 'part_target',
  text: `update contacts set phone_e164 = $3, email = $4, external_id = $5, name = $6, tags = $7::text[],
      fields_json = $8::jsonb, consents_json = $9::jsonb, updated_at = now()
    where tenant_id = $1 and id = $2`,
}

const PART_SOURCE = {
  name: 'part_source',
  text: `update contacts set phone_e164 = $3, email = $4, external_id = $5, merged_into = null, updated_at = now()
    where tenant_id = $1 and id = $2`,
}

/** Whoever had become the source before the merge is the source's again. */
const OWN_AGAIN = {
  name: 'own_again',
  text: `with recursive own as (
      select m.source_id from contact_merges m
      where m.tenant_id = $1 and m.target_id = $2 and m.status = 'merged'
      union
      select m.source_id from contact_merges m join own on m.target_id = own.source_id
      where m.tenant_id = $1 and m.status = 'merged')
    update contacts c set merged_into = $2 from own where c.tenant_id = $1 and c.id = own.source_id`,
}

const IDENTITIES_BACK = {
  name: 'identities_back',
  text: `update contact_identities i set contact_id = $5
    from unnest($2::text[], $3::text[]) as item(kind, value)
    where i.tenant_id = $1 and i.kind = item.kind and i.value = item.value and i.contact_id = $4`,
}

const UNDOING = {
  name: 'undo_merge',
  text: `update contact_merges set status = 'undoing', undo_reason = $3, undone_by = $4, undone_at = now()
    where tenant_id = $1 and id = $2`,
}

// Dedupe keys and nonces: each is claimed once per tenant, for DEDUPE_DAYS. Keeps I2 under repeated and parallel webhooks.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'

interface Draft {
  index: number
  tenantId: string
  arrival: Arrival
  eventId: string
}

type Report = (
  index: number,
  outcome: FluxoError | { duplicate: true; eventId: string; contactId: null },
) => void

/** Claims nonces, then dedupe keys; reports the refused and gives back the fresh. */
export async function claimKeys<Item extends Draft>(
  db: Queryable,
  drafts: Item[],
  report: Report,
): Promise<Item[]> {
  const withNonce = drafts.filter((draft) => draft.arrival.nonceKey !== undefined)
  const nonces = await claim(db, withNonce, (draft) => draft.arrival.nonceKey ?? '')
  const isReplayed = (draft: Draft): boolean =>
    draft.arrival.nonceKey !== undefined && nonces.get(draft.index) !== draft.eventId
  for (const draft of drafts)
    if (isReplayed(draft)) report(draft.index, new FluxoError('WEBHOOK_REPLAYED'))
  const valid = drafts.filter((draft) => !isReplayed(draft))
  const owners = await claim(db, valid, (draft) => draft.arrival.dedupeKey)
  for (const draft of valid) {
    const owner = owners.get(draft.index)
    if (owner !== undefined && owner !== draft.eventId) {
      report(draft.index, { duplicate: true, eventId: owner, contactId: null })
    }
  }
  return valid.filter((draft) => owners.get(draft.index) === draft.eventId)
}

/** Event id that owns each draft's key after this statement. Rows go in sorted, so two gateways cannot deadlock. */
async function claim(
  db: Queryable,
  drafts: Draft[],
  keyOf: (draft: Draft) => string,
): Promise<Map<number, string>> {
  if (drafts.length === 0) return new Map()
  const claimed = await run<{ event_id: string }>(db, CLAIM, [
    drafts.map((draft) => draft.tenantId),
    drafts.map(keyOf),
    drafts.map((draft) => draft.eventId),
  ])
  const fresh = new Set(claimed.map((row) => row.event_id))
  const owners = new Map(drafts.map((draft) => [draft.index, draft.eventId]))
  const taken = drafts.filter((draft) => !fresh.has(draft.eventId))
  const found = await findOwners(db, taken, keyOf)
  for (const draft of taken) owners.set(draft.index, found.get(ownKey(draft, keyOf)) ?? '')
  return owners
}

/** Whose the keys are that somebody had before, by tenant and key. */
async function findOwners(
  db: Queryable,
  drafts: Draft[],
  keyOf: (draft: Draft) => string,
): Promise<Map<string, string>> {
  if (drafts.length === 0) return new Map()
  const rows = await run<{ tenant_id: string; key: string; event_id: string }>(db, OWNERS, [
    drafts.map((draft) => draft.tenantId),
    drafts.map(keyOf),
  ])
  return new Map(rows.map((row) => [`${row.tenant_id} ${row.key}`, row.event_id]))
}

function ownKey(draft: Draft, keyOf: (draft: Draft) => string): string {
  return `${draft.tenantId} ${keyOf(draft)}`
}

const CLAIM = {
  name: 'claim_keys',
  text: `insert into accepted_keys (tenant_id, key, event_id)
    select * from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, key, event_id)
    order by tenant_id, key
    on conflict do nothing
    returning event_id`,
}

const OWNERS = {
  name: 'key_owners',
  text: `select k.tenant_id, k.key, k.event_id from accepted_keys k
    join unnest($1::text[], $2::text[]) as item(tenant_id, key) using (tenant_id, key)`,
}

// Two contacts whose addresses came together: by the provider's own word they are one person and are merged; what
// anybody could have typed into a form is only suggested, and people decide.

import { type Queryable, run } from '../db/pool.ts'
import { createId } from '../ids.ts'
import { startMerge } from '../merge/merge-contacts.ts'
import type { Conflict } from './link-identities.ts'

/** Merges or suggests each pair once. */
export async function judgeConflicts(db: Queryable, conflicts: Conflict[]): Promise<void> {
  const pairs = new Map(conflicts.map((one) => [pairOf(one).join(' '), one]))
  const suggested: (Conflict & { reason: 'address' | 'provider' })[] = []
  for (const conflict of pairs.values()) {
    if (!isProvidersWord(conflict)) suggested.push({ ...conflict, reason: 'address' })
    else if (!(await isMerged(db, conflict))) suggested.push({ ...conflict, reason: 'provider' })
  }
  if (suggested.length === 0) return
  await run(db, SUGGEST, [
    suggested.map(({ item }) => item.tenantId),
    suggested.map(() => createId('suggestion')),
    suggested.map((one) => pairOf(one)[1]),
    suggested.map((one) => pairOf(one)[2]),
    suggested.map(({ reason }) => reason),
    suggested.map(({ item, kind, value }) =>
      JSON.stringify({ eventId: item.eventId, kind: kind.replace('@', ''), value }),
    ),
  ])
}

function pairOf({ item, otherId }: Conflict): [string, string, string] {
  const [first = '', second = ''] = [item.contact.id, otherId].toSorted()
  return [item.tenantId, first, second]
}

/** Both addresses stood in one message that the provider signed. */
function isProvidersWord({ item: { arrival } }: Conflict): boolean {
  return arrival.type === 'message' || arrival.type === 'echo'
}

async function isMerged(db: Queryable, { item, otherId, kind }: Conflict): Promise<boolean> {
  const { tenantId, contact, arrival } = item
  const merged = await startMerge(db, {
    tenantId,
    sourceId: otherId,
    targetId: contact.id,
    source: 'provider',
    reason: `${arrival.source}: ${kind.replace('@', '')}`,
    userId: null,
  })
  // Another arrival that showed the same was first.
  return 'mergeId' in merged || merged.refused === 'already_merged'
}

/** What people dismissed stays dismissed. */
const SUGGEST = {
  name: 'suggest_merges',
  text: `insert into contact_merge_suggestions (tenant_id, id, first_id, second_id, reason, evidence_json)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
      as item(tenant_id, id, first_id, second_id, reason, evidence)
    order by tenant_id, first_id, second_id
    on conflict do nothing`,
}

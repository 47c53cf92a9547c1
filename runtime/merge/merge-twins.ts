// Contacts that are one because their phone numbers are two ways to write one: found by a migration, merged by the first
// worker that starts after it.

import type { Pool } from 'pg'
import { inTransaction, run } from '../db/pool.ts'
import { startMerge } from './merge-contacts.ts'

interface TwinRow {
  tenant_id: string
  first_id: string
  second_id: string
  phone: string
  /** Whose number is in the form of now. */
  target_id: string | null
}

/** Merges what is left of them; what cannot be merged stays a suggestion. */
export async function mergeTwins(pool: Pool): Promise<void> {
  for (const twin of await run<TwinRow>(pool, TWINS)) {
    const { tenant_id: tenantId, first_id: first, second_id: second, phone } = twin
    const targetId = twin.target_id ?? first
    const sourceId = targetId === first ? second : first
    const order = { tenantId, sourceId, targetId, reason: phone, userId: null }
    await inTransaction(pool, (db) => startMerge(db, { ...order, source: 'twin' }))
  }
}

const TWINS = {
  name: 'phone_twins',
  text: `select s.tenant_id, s.first_id, s.second_id, coalesce(s.evidence_json->>'phone', '') as phone,
      c.id as target_id
    from contact_merge_suggestions s
    left join contacts c on c.tenant_id = s.tenant_id and c.phone_e164 = s.evidence_json->>'phone'
      and c.id in (s.first_id, s.second_id)
    where s.status = 'open' and s.reason = 'twin' order by s.created_at, s.id limit 10000`,
}

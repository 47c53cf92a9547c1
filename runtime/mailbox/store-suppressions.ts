// Addresses that get no more mail. The first reason stays; the same one told again changes nothing.

import type { Suppression } from '../connectors/connector.ts'
import { type Queryable, run } from '../db/pool.ts'
import { toStorable } from '../db/storable.ts'

/** Keeps them. One that anybody could have made up only counts if that effect of ours went to that address. */
export async function storeSuppressions(
  db: Queryable,
  tenantId: string,
  list: readonly Suppression[],
): Promise<void> {
  const fitting = list.filter(({ email }) => /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 320)
  if (fitting.length === 0) return
  await run(db, STORE, [
    tenantId,
    fitting.map(({ email }) => email.toLowerCase()),
    fitting.map(({ reason }) => reason),
    fitting.map(({ detail }) => toStorable(detail)),
    fitting.map(({ effectId }) => effectId ?? null),
  ])
}

const STORE = {
  name: 'store_suppressions',
  text: `insert into email_suppressions (tenant_id, email, reason, detail)
    select distinct on (email) $1, email, reason, nullif(detail, '')
    from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as item(email, reason, detail, effect_id)
    where effect_id is null or exists (
      select from messages m join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
      where m.tenant_id = $1 and m.effect_id = item.effect_id and lower(c.email) = item.email)
    order by email
    on conflict do nothing`,
}

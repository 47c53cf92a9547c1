// Contacts who told through their channel that they have another number from now on.

import type { MessageArrival } from '../connectors/arrival.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { Incoming } from './incoming.ts'

/** Gives them their new numbers; one that somebody else has already stays with whoever has it, for a person to judge. */
export async function renumber(db: Queryable, items: Incoming[]): Promise<void> {
  const moved = items.filter(
    (item): item is Incoming<MessageArrival> =>
      item.arrival.type === 'message' && item.arrival.newPhone !== undefined,
  )
  if (moved.length === 0) return
  await run(db, RENUMBER, [
    moved.map((item) => item.tenantId),
    moved.map((item) => item.contact.id),
    moved.map((item) => item.arrival.newPhone),
  ])
}

/** Locked in order, so that two gateways that hear of the same people wait for each other in the same order. */
const RENUMBER = {
  name: 'renumber_contacts',
  text: `with item as (
      select distinct on (item.tenant_id, item.phone) c.tenant_id, c.id, item.phone
      from unnest($1::text[], $2::text[], $3::text[]) as item(tenant_id, id, phone)
      join contacts c on c.tenant_id = item.tenant_id and c.id = item.id
      where not exists (
        select 1 from contacts other where other.tenant_id = item.tenant_id and other.phone_e164 = item.phone)
      order by item.tenant_id, item.phone, c.id)
    update contacts c set phone_e164 = item.phone, updated_at = now()
    from item where c.tenant_id = item.tenant_id and c.id = item.id`,
}

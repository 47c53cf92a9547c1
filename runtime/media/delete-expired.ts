// Media that was kept long enough: its bytes go, what it was stays beside its message.

import type { Pool } from 'pg'
import { run } from '../db/pool.ts'

const BATCH = 50

/**
 * Deletes what is older than its tenant keeps media.
 * @param days for tenants that say nothing else
 * @returns how many files went
 */
export async function deleteExpired(pool: Pool, days: number): Promise<number> {
  for (let count = 0; ;) {
    // Each batch a transaction of its own: nobody waits for the locks of a year's photos.
    const gone = await run(pool, EXPIRE, [days, BATCH])
    count += gone.length
    if (gone.length < BATCH) return count
  }
}

const EXPIRE = {
  name: 'expire_media',
  text: `with old as materialized (
      select m.tenant_id, m.id, m.message_id from media m join tenants t on t.id = m.tenant_id
      where m.status = 'stored' and m.stored_at < now() - make_interval(days => coalesce(t.media_days, $1::int))
      order by m.stored_at limit $2 for update of m skip locked),
    gone as (
      delete from media_chunks c using old where c.tenant_id = old.tenant_id and c.media_id = old.id),
    noted as (
      update messages m set updated_at = now(),
        content_json = jsonb_set(m.content_json, '{media,status}', '"expired"')
      from old where m.tenant_id = old.tenant_id and m.id = old.message_id and m.content_json ? 'media')
    update media m set status = 'expired', code = 'MEDIA_RETENTION', reason = 'It was kept as long as was asked for'
    from old where m.tenant_id = old.tenant_id and m.id = old.id
    returning 1`,
}

// What a database needs from time to time: partitions for the months to come, and no trace of workers long gone, of keys
// so old that nobody sends them again, nor of media that was kept long enough.

import type { Pool } from 'pg'
import { forgetAi } from '../ai/forget.ts'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { deleteExpired } from '../media/delete-expired.ts'
import { inTransaction, run } from './pool.ts'

const HOUR_MS = 3_600_000
const MONTHS_AHEAD = 3
const LOCK = 7_305_002
const KEY_BATCH = 5_000

/** How many days things are kept. */
export interface KeptDays {
  /** Keys of what has come. */
  keys: number
  /** Media, for tenants that say nothing else. */
  media: number
}

/** Creates the loop that keeps the database in order; a failure is tried again after an hour. */
export function createUpkeep(pool: Pool, days: KeptDays, logger: Logger): Loop {
  return createLoop({
    name: 'upkeep',
    pollMs: HOUR_MS,
    logger,
    turn: async () => {
      const work = async (): Promise<void> => {
        await keepUp(pool, days.keys)
        await deleteExpired(pool, days.media)
      }
      await work().catch((error: unknown) => logger.warn({ err: error }, 'upkeep failed'))
      return false
    },
  })
}

/** Makes missing partitions of events and journal; rows that no month covers would go to the default one. */
export async function keepUp(pool: Pool, dedupeDays: number): Promise<void> {
  await inTransaction(pool, async (db) => {
    // A new partition locks its table; it must not queue behind a long statement with everybody behind it.
    await db.query("set local lock_timeout = '2s'")
    await run(db, ALONE, [LOCK])
    await run(db, PARTITIONS, [MONTHS_AHEAD])
    await run(db, FORGET_WORKERS)
  })
  // Each batch a transaction of its own: nobody waits for the locks of a million rows.
  while ((await run(pool, FORGET_KEYS, [dedupeDays, KEY_BATCH])).length === KEY_BATCH);
  await forgetAi(pool)
}

/** Two processes that start together would make the same partition twice. */
const ALONE = { name: 'upkeep_alone', text: 'select pg_advisory_xact_lock($1)' }

const PARTITIONS = { name: 'ensure_partitions', text: 'select fluxo_ensure_partitions($1)' }

const FORGET_WORKERS = {
  name: 'forget_gone_workers',
  text: `delete from workers where expires_at < clock_timestamp() - interval '1 day'`,
}

/** By place, because the index by age is one of pages: what is old lies together. */
const FORGET_KEYS = {
  name: 'forget_old_keys',
  text: `delete from accepted_keys where ctid = any(array(
      select ctid from accepted_keys where accepted_at < now() - make_interval(days => $1::int)
      limit $2 for update skip locked))
    returning 1`,
}

// What a database needs from time to time: partitions for the months to come, and no trace of workers long gone.

import type { Pool } from 'pg'
import type { Logger } from '../log.ts'
import { createLoop, type Loop } from '../loop.ts'
import { inTransaction, run } from './pool.ts'

const HOUR_MS = 3_600_000
const MONTHS_AHEAD = 3
const LOCK = 7_305_002

/** Creates the loop that keeps the database in order; a failure is tried again after an hour. */
export function createUpkeep(pool: Pool, logger: Logger): Loop {
  return createLoop({
    name: 'upkeep',
    pollMs: HOUR_MS,
    logger,
    turn: async () => {
      await keepUp(pool).catch((error: unknown) => logger.warn({ err: error }, 'upkeep failed'))
      return false
    },
  })
}

/** Makes missing partitions of events and journal; rows that no month covers would go to the default one. */
export async function keepUp(pool: Pool): Promise<void> {
  await inTransaction(pool, async (db) => {
    // A new partition locks its table; it must not queue behind a long statement with everybody behind it.
    await db.query("set local lock_timeout = '2s'")
    await run(db, ALONE, [LOCK])
    await run(db, PARTITIONS, [MONTHS_AHEAD])
    await run(db, FORGET_WORKERS)
  })
}

/** Two processes that start together would make the same partition twice. */
const ALONE = { name: 'upkeep_alone', text: 'select pg_advisory_xact_lock($1)' }

const PARTITIONS = { name: 'ensure_partitions', text: 'select fluxo_ensure_partitions($1)' }

const FORGET_WORKERS = {
  name: 'forget_gone_workers',
  text: `delete from workers where expires_at < clock_timestamp() - interval '1 day'`,
}

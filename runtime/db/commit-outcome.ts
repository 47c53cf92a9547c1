// A COMMIT whose answer was lost: PostgreSQL knows what became of the transaction, and is asked on a fresh connection.
// A session that still hangs in it is ended, so that there is an answer at all.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

const ASK_AGAIN_MS = 100

export type Outcome = 'committed' | 'aborted' | 'unknown'

/**
 * Learns what became of a transaction.
 * @param id what `pg_current_xact_id` said in it
 * @param limitMs answers `unknown` after about this time
 */
export async function learnOutcome(pool: Pool, id: string, limitMs: number): Promise<Outcome> {
  const end = performance.now() + limitMs
  do {
    const status = await ask(pool, id)
    if (status === 'committed' || status === 'aborted') return status
    await sleep(ASK_AGAIN_MS)
  } while (performance.now() < end)
  return 'unknown'
}

async function ask(pool: Pool, id: string): Promise<string | null> {
  try {
    const { rows } = await pool.query<{ status: string | null }>({ ...STATUS, values: [id] })
    return rows[0]?.status ?? null
  } catch {
    return null
  }
}

/** The status first: a session that ends between the two has said what became of it by the next question. */
const STATUS = {
  name: 'learn_outcome',
  text: `select pg_xact_status($1::xid8) as status, (select count(pg_terminate_backend(pid))
    from pg_stat_activity where datname = current_database() and backend_xid = $1::xid8::xid)`,
}

// Queues are empty whenever PostgreSQL counts them, and a plan for an empty table reads all of it: by whichever index,
// row by row against row. Such a plan stays for as long as nothing is counted anew, while a million rows come. So what
// says that it is empty and is not is told to be large; that also ends every plan that was made before.

import type { Pool } from 'pg'
import { createLoop, type Loop } from '../loop.ts'
import type { Logger } from '../log.ts'
import { inTransaction, run } from './pool.ts'

/** Tables of which statements of the line name rows by key. */
const TABLES = [
  'mailbox',
  'timers',
  'outbox',
  'contacts',
  'actor_snapshots',
  'workflow_runs',
  'run_places',
  'conversations',
  'messages',
  'accepted_keys',
  'contact_identities',
]
const LOOK_MS = 5_000

/** Creates the loop that keeps the estimates usable; before PostgreSQL 18 they cannot be told, and it does nothing. */
export function createEstimateKeeper(pool: Pool, logger: Logger): Loop {
  let isTold = false
  return createLoop({
    name: 'row-estimates',
    pollMs: LOOK_MS,
    logger,
    turn: async () => {
      await keepEstimates(pool).catch((error: unknown) => {
        // Another look comes soon; a user without the right would be told of it every five seconds.
        if (!isTold) logger.warn({ err: error }, 'row estimates could not be kept')
        isTold = true
      })
      return false
    },
  })
}

/** @returns names of the tables whose estimate was wrong */
export async function keepEstimates(pool: Pool): Promise<string[]> {
  const wrong = await run<{ name: string }>(pool, WRONG, [TABLES])
  if (wrong.length === 0) return []
  return inTransaction(pool, async (db) => {
    // A table that is just being vacuumed is told at the next look; nobody queues behind this.
    await db.query("set local lock_timeout = '200ms'")
    const names = wrong.map(({ name }) => name)
    await run(db, TELL, [names])
    return names
  })
}

/** Fewer rows than pages, or than a page holds. Where there is no page nobody can read too much. */
const WRONG = {
  name: 'wrong_row_estimates',
  text: `select c.relname as name from pg_class c
    where c.oid = any(array(select to_regclass(name) from unnest($1::text[]) as given(name)))
      and pg_relation_size(c.oid) > 0 and to_regproc('pg_catalog.pg_restore_relation_stats') is not null
      and c.reltuples < greatest(100, pg_relation_size(c.oid) / current_setting('block_size')::int)`,
}

/** A thousand rows a page: whatever else the planner weighs, reading one by its key is cheaper. */
const TELL = {
  name: 'tell_row_estimates',
  text: `select pg_restore_relation_stats(
      'schemaname', n.nspname::text, 'relname', c.relname::text,
      'relpages', pages::int, 'reltuples', (pages * 1000)::real)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral (
      select pg_relation_size(c.oid) / current_setting('block_size')::int as pages) size
    where c.oid = any(array(select to_regclass(name) from unnest($1::text[]) as given(name)))`,
}

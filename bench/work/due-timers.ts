// Timers of contacts at rest that fall due when a measurement wants it, and when they fired.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'

/** Time to tell the database about all of them. */
const AHEAD_SECONDS = 3
const LOOK_MS = 200
const LONGEST_MS = 120_000

/**
 * Lets the timers of the contacts fall due one after the other, and waits until all have fired.
 * @param perSecond Infinity: all in the same moment
 * @returns seconds from due to the transaction that wrote the contact's new state, ascending
 */
export async function fireTimers(
  pool: Pool,
  contacts: readonly string[],
  perSecond: number,
): Promise<number[]> {
  const spacing = 1 / perSecond
  const { rows } = await pool.query<{ start: Date }>('select clock_timestamp() as start')
  const start = rows[0]?.start
  await pool.query(FALL_DUE, [contacts, spacing, AHEAD_SECONDS])
  const deadline = performance.now() + LONGEST_MS + contacts.length * spacing * 1000
  for (;;) {
    const fired = await pool.query<{ lag: number }>(FIRED, [start])
    if (fired.rows.length >= contacts.length) return fired.rows.map(({ lag }) => lag)
    if (performance.now() > deadline) {
      throw new Error(`${fired.rows.length} of ${contacts.length} timers fired`)
    }
    await sleep(LOOK_MS)
  }
}

const FALL_DUE = `update timers t
  set due_at = clock_timestamp() + make_interval(secs => $3 + (item.n - 1) * $2::float8)
  from unnest($1::text[]) with ordinality as item(contact_id, n) where t.contact_id = item.contact_id`

const FIRED = `select extract(epoch from s.updated_at - (j.entry -> 'envelope' ->> 'occurred_at')::timestamptz)::float8 as lag
  from journal j join actor_snapshots s using (tenant_id, contact_id, seq)
  where j.event_type = 'timer.fired' and j.at >= $1 order by lag`

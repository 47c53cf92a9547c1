// What waits in the database, in figures: each one index entry or an estimate, read at most every few seconds however
// many ask. What is parked or rests until a moment waits for a person or for that moment and is not counted as late.

import type { Pool } from 'pg'
import { run } from './db/pool.ts'

export interface Figures {
  /** Seconds that the oldest envelope has waited; 0 when none waits. */
  mailboxAge: number
  /** Seconds since the earliest effect that is still in the outbox could have left. */
  outboxAge: number
  /** Seconds by which the earliest timer is late. */
  timerLag: number
  uncertain: number
  /** Provider accounts that are cut off because they are down. */
  openCircuits: number
  /** Counted up to ten thousand. */
  deadLetters: number
}

export interface FiguresReader {
  read(): Promise<Figures>
}

const KEPT_MS = 5_000

/** Creates the figures of one process. */
export function createFigures(pool: Pool): FiguresReader {
  let read: Promise<Figures> | null = null
  let readAt = -Infinity
  return {
    read: () => {
      if (read && performance.now() - readAt < KEPT_MS) return read
      readAt = performance.now()
      read = run<Figures & Record<string, number>>(pool, FIGURES, [MAX_COUNTED]).then(([row]) => {
        if (!row) throw new Error('figures are one row')
        return row
      })
      read.catch(() => (read = null))
      return read
    },
  }
}

const MAX_COUNTED = 10_000

const FIGURES = {
  name: 'figures',
  text: `select
    coalesce(extract(epoch from now() - (select accepted_at from mailbox m where m.attempts = 0
      and not exists (select 1 from mailbox held where held.shard = m.shard and held.tenant_id = m.tenant_id
        and held.contact_id = m.contact_id and held.attempts > 0 and held.id < m.id)
      order by m.id limit 1)), 0)::float8 as "mailboxAge",
    greatest(extract(epoch from now() - (select min(next_at) from unnest(array['waiting', 'dispatched', 'sending'])
      as open(status) cross join lateral (select next_at from outbox o where o.status = open.status
        order by next_at limit 1) o)), 0)::float8 as "outboxAge",
    greatest(extract(epoch from now() - (select min(t.due_at) from shard_leases s cross join lateral
      (select due_at from timers where shard = s.shard order by due_at limit 1) t)), 0)::float8 as "timerLag",
    (select count(*) from outbox where status = 'uncertain')::int as uncertain,
    (select count(*) from circuits where opened_at is not null)::int as "openCircuits",
    (select count(*) from (select 1 from dead_letters where resolved_at is null limit $1) d)::int as "deadLetters"`,
}

// Back-pressure: while far more waits than the workers can work off soon, senders hear it instead of being taken on.
// They send again later; a queue without an end would only make everybody's answer late.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { run } from './db/pool.ts'
import type { Acceptor } from './mailbox/accept.ts'

export interface PressureOptions {
  pool: Pool
  /** Envelopes that may wait. */
  maxWaiting: number
}

const LOOK_MS = 1_000
const RETRY_AFTER_SECONDS = 10

/** Lets arrivals in while fewer envelopes than the limit wait, by what was seen a second ago. */
export function withPressure(acceptor: Acceptor, { pool, maxWaiting }: PressureOptions): Acceptor {
  let isFull = false
  let lookedAt = -Infinity

  /** Nobody waits for the look, and nobody is refused because it fails. */
  function look(): void {
    if (performance.now() - lookedAt < LOOK_MS) return
    lookedAt = performance.now()
    run<{ full: boolean }>(pool, IS_FULL, [maxWaiting]).then(
      ([row]) => (isFull = row?.full ?? false),
      () => (isFull = false),
    )
  }

  return {
    accept: async (...arrival) => {
      look()
      if (isFull) throw new FluxoError('MAILBOX_FULL', { retryAfter: RETRY_AFTER_SECONDS })
      return acceptor.accept(...arrival)
    },
  }
}

/** The estimate costs nothing; only where it is beyond the limit rows are counted. */
const IS_FULL = {
  name: 'is_mailbox_full',
  text: `select case when pg_stat_get_live_tuples('mailbox'::regclass) <= $1::bigint then false
    else (select count(*) > $1::bigint from (select 1 from mailbox limit $1::bigint + 1) m) end as full`,
}

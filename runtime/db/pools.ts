// The connections of one process, apart by what must not wait for what.

import type { Pool } from 'pg'
import type { Teardown } from '../teardown.ts'
import { createPool } from './pool.ts'

export interface Pools {
  /** Batches, timers, effects: statements that name their rows by key. */
  work: Pool
  /** What people and figures ask for, planned by what the tables hold. */
  commands: Pool
  /** Signs of life alone: they wait for no connection that work has. */
  leases: Pool
  /** Arrivals, whose senders wait: what hangs is an error within three seconds. */
  webhooks: Pool
}

/**
 * Opens the pools; no connection is made before the first query.
 * @param onCommit told how many seconds each COMMIT took
 */
export function openPools(
  url: string,
  teardown: Teardown,
  onCommit: (pool: keyof Pools, seconds: number) => void,
): Pools {
  const open = (...options: Parameters<typeof createPool>): Pool => {
    const pool = createPool(...options)
    teardown.add(() => pool.end())
    return pool
  }
  return {
    work: open(url, {
      max: 10,
      name: 'fluxolab-work',
      arePointed: true,
      onCommit: (seconds) => onCommit('work', seconds),
    }),
    commands: open(url, { max: 4, name: 'fluxolab-commands' }),
    // One may wait for a batch to end while the other gives the sign of life.
    leases: open(url, { max: 2, name: 'fluxolab-leases', statementTimeout: 3_000 }),
    webhooks: open(url, {
      max: 4,
      name: 'fluxolab-webhooks',
      arePointed: true,
      statementTimeout: 2_000,
      commitTimeout: 1_500,
      connectTimeout: 1_500,
      onCommit: (seconds) => onCommit('webhooks', seconds),
    }),
  }
}

// Station 3: arrivals become envelopes in one transaction with their event, message and lead records.
// Only after its commit is the sender answered (I1). Concurrent arrivals share a transaction (group commit).

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { inTransaction, isConnectionError, isWorthRepeating } from '../db/pool.ts'
import type { Acceptance, TenantArrival } from './incoming.ts'
import { storeArrivals } from './store-arrivals.ts'

const MAX_GROUP = 500
/** More arrivals than this in memory means the database cannot follow; the sender must hear it. */
const MAX_WAITING = 10_000
/** Two gateways may meet in a deadlock; PostgreSQL ends one of them, and that one goes again. */
const MAX_TRIES = 3

export interface Acceptor {
  /**
   * Stores one arrival.
   * @throws {FluxoError} WEBHOOK_REPLAYED, CONTACT_UNKNOWN, DATABASE_UNAVAILABLE
   */
  accept(tenantId: string, arrival: Arrival): Promise<Acceptance>
}

interface Waiting {
  item: TenantArrival
  resolve: (acceptance: Acceptance) => void
  reject: (error: unknown) => void
}

/** Creates the group-committing front of the mailbox. */
export function createAcceptor(pool: Pool): Acceptor {
  let waiting: Waiting[] = []
  let isBusy = false

  async function drain(): Promise<void> {
    isBusy = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP)
      waiting = waiting.slice(MAX_GROUP)
      await commitGroup(pool, group)
    }
    isBusy = false
  }

  return {
    accept: (tenantId, arrival) => {
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(new FluxoError('DATABASE_UNAVAILABLE', { retryAfter: 5 }))
      }
      return new Promise((resolve, reject) => {
        waiting.push({ item: { tenantId, arrival }, resolve, reject })
        if (!isBusy) void drain()
      })
    },
  }
}

async function commitGroup(pool: Pool, group: Waiting[], tries = 1): Promise<void> {
  try {
    const items = group.map((entry) => entry.item)
    const outcomes = await inTransaction(pool, (client) => storeArrivals(client, items))
    group.forEach((entry, index) => settle(entry, outcomes[index]))
  } catch (error) {
    if (isConnectionError(error)) for (const entry of group) entry.reject(error)
    else if (isWorthRepeating(error) && tries < MAX_TRIES) await commitGroup(pool, group, tries + 1)
    else if (group.length === 1) group[0]?.reject(error)
    else await halve(pool, group)
  }
}

/** One arrival that cannot be stored must not take its neighbours along. */
async function halve(pool: Pool, group: Waiting[]): Promise<void> {
  const middle = Math.ceil(group.length / 2)
  await commitGroup(pool, group.slice(0, middle))
  await commitGroup(pool, group.slice(middle))
}

function settle(entry: Waiting, outcome: Acceptance | FluxoError | undefined): void {
  if (outcome === undefined) entry.reject(new FluxoError('INTERNAL'))
  else if (outcome instanceof FluxoError) entry.reject(outcome)
  else entry.resolve(outcome)
}

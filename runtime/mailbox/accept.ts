// Station 3: arrivals become envelopes in one transaction with their event, message and lead records.
// Only after its commit is the sender answered (I1). Concurrent arrivals share a transaction (group commit), one group
// after the other, so that they are stored in the order in which they came (I3). A second group beside it was measured:
// both get smaller, and a request costs a fifth more.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Arrival } from '../connectors/arrival.ts'
import { inTransaction, isConnectionError, isWorthRepeating } from '../db/pool.ts'
import type { Acceptance, TenantArrival } from './incoming.ts'
import { storeArrivals } from './store-arrivals.ts'

/** Groups stay so small that no statement of theirs takes long, also on a machine that is busy. */
const MAX_GROUP = 500
const MAX_GROUP_BYTES = 512 * 1024
/** More than this in memory means the database cannot follow; the sender must hear it. */
const MAX_WAITING = 10_000
const MAX_WAITING_BYTES = 64 * 1024 * 1024
const RETRY_AFTER_SECONDS = 2
/** Nobody waits longer for an answer from a database that is silent, whatever became of the group. */
const ANSWER_MS = 2_500
const SILENT_MS = 1_000
/** Nor from one that is only slow. */
const LONGEST_MS = 8_000
const LOOK_MS = 200
/** Two gateways may meet in a deadlock; PostgreSQL ends one of them, and that one goes again. */
const MAX_TRIES = 3

export interface Acceptor {
  /**
   * Stores one arrival.
   * @param bytes what it takes in memory while it waits
   * @throws {FluxoError} WEBHOOK_REPLAYED, CONTACT_UNKNOWN, EVENT_TOO_LARGE, DATABASE_UNAVAILABLE: it is not stored, or
   *   nobody knows; the same arrival again is safe
   */
  accept(tenantId: string, arrival: Arrival, bytes?: number): Promise<Acceptance>
}

interface Waiting {
  item: TenantArrival
  bytes: number
  since: number
  resolve: (acceptance: Acceptance) => void
  reject: (error: unknown) => void
}

/** Creates the group-committing front of the mailbox. */
export function createAcceptor(pool: Pool): Acceptor {
  const line = createLine(pool)
  let count = 0
  let held = 0
  return {
    accept: async (tenantId, arrival, bytes = 0) => {
      if (count >= MAX_WAITING || (count > 0 && held + bytes > MAX_WAITING_BYTES)) throw tooMuch()
      count += 1
      held += bytes
      try {
        return await line.add({ tenantId, arrival }, bytes)
      } finally {
        count -= 1
        held -= bytes
      }
    },
  }
}

interface Line {
  add(item: TenantArrival, bytes: number): Promise<Acceptance>
}

/** One group at a time, in the order of arrival. */
function createLine(pool: Pool): Line {
  let waiting: Waiting[] = []
  let group: Waiting[] = []
  let isBusy = false
  let lastStored = 0

  async function drain(): Promise<void> {
    isBusy = true
    const watch = setInterval(answerLate, LOOK_MS)
    while (waiting.length > 0) {
      group = firstGroup(waiting)
      waiting = waiting.slice(group.length)
      if (await commitGroup(pool, group)) lastStored = performance.now()
    }
    group = []
    clearInterval(watch)
    isBusy = false
  }

  function answerLate(): void {
    const now = performance.now()
    const limit = now - lastStored > SILENT_MS ? ANSWER_MS : LONGEST_MS
    const isLate = ({ since }: Waiting): boolean => now - since >= limit
    for (const entry of [...group, ...waiting].filter(isLate)) entry.reject(tooMuch())
    waiting = waiting.filter((entry) => !isLate(entry))
  }

  return {
    add: (item, bytes) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, bytes, since: performance.now(), resolve, reject })
        if (!isBusy) void drain()
      }),
  }
}

/** One at least, however large it is. */
function firstGroup(waiting: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  for (const entry of waiting) {
    bytes += entry.bytes
    if (count > 0 && (count === MAX_GROUP || bytes > MAX_GROUP_BYTES)) break
    count += 1
  }
  return waiting.slice(0, count)
}

function tooMuch(): FluxoError {
  return new FluxoError('DATABASE_UNAVAILABLE', { retryAfter: RETRY_AFTER_SECONDS })
}

/** @returns whether the database took anything */
async function commitGroup(pool: Pool, group: Waiting[], tries = 1): Promise<boolean> {
  try {
    const items = group.map((entry) => entry.item)
    const outcomes = await inTransaction(pool, (client) => storeArrivals(client, items))
    group.forEach((entry, index) => settle(entry, outcomes[index]))
    return true
  } catch (error) {
    if (isWorthRepeating(error) && tries < MAX_TRIES) return commitGroup(pool, group, tries + 1)
    if (!isConnectionError(error) && group.length > 1) return halve(pool, group)
    for (const entry of group) entry.reject(error)
    return false
  }
}

/** One arrival that cannot be stored must not take its neighbours along. */
async function halve(pool: Pool, group: Waiting[]): Promise<boolean> {
  const middle = Math.ceil(group.length / 2)
  const first = await commitGroup(pool, group.slice(0, middle))
  const second = await commitGroup(pool, group.slice(middle))
  return first || second
}

function settle(entry: Waiting, outcome: Acceptance | FluxoError | undefined): void {
  if (outcome === undefined) entry.reject(new FluxoError('INTERNAL'))
  else if (outcome instanceof FluxoError) entry.reject(outcome)
  else entry.resolve(outcome)
}

// States of contacts that were here a moment ago, so that their next batch reads none. An entry counts only under the
// epoch under which it was committed (I8), and it is taken out to be worked on: what is not committed does not come back.

import { LRUCache } from 'lru-cache'
import type { ContactState } from '#actors/snapshot.ts'

/** Whose state it is. */
interface Place {
  tenantId: string
  contactId: string
}

export interface StateCache {
  /** Takes out the state that was committed last under this epoch of the contact's shard. */
  take(place: Place, epoch: number): ContactState | null
  /**
   * Keeps what was just committed.
   * @param length characters of the state's JSON
   */
  keep(place: Place, epoch: number, state: ContactState, length: number): void
}

interface Entry {
  epoch: number
  state: ContactState
}

const BUDGET_MB = 16
/** What a state takes as objects, beside its JSON: measured on states of one and of twenty runs. */
const BYTES_PER_CHARACTER = 4

/** Creates a cache that holds about so many MiB of states, those that were not used for longest go first. */
export function createStateCache(budgetMb = BUDGET_MB): StateCache {
  const entries = new LRUCache<string, Entry>({ maxSize: Math.floor(budgetMb * 2 ** 20) })
  return {
    take: ({ tenantId, contactId }, epoch) => {
      const key = `${tenantId} ${contactId}`
      const entry = entries.get(key)
      if (!entry) return null
      entries.delete(key)
      return entry.epoch === epoch ? entry.state : null
    },
    keep: ({ tenantId, contactId }, epoch, state, length) => {
      const size = length * BYTES_PER_CHARACTER
      entries.set(`${tenantId} ${contactId}`, { epoch, state }, { size })
    },
  }
}

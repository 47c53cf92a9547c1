// The state of a contact after any of its Steps: its journal folded again, from the nearest state that is remembered.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { replayOn } from '#actors/replay.ts'
import type { ContactState } from '#actors/snapshot.ts'
import type { JournalEntry } from '#actors/step.ts'
import { run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import { loadTenantFacts, type TenantFactsCache } from '../../shard/tenant-facts.ts'

/** Steps between two remembered states, and those read at once. */
const APART = 200
const PAGE = 500
const CONTACTS_KEPT = 30
/** A moment of one contact; beyond it the oldest remembered one goes. */
const STATES_KEPT = 60

export interface Place {
  tenantId: string
  contactId: string
  /** The contact's own number of a Step. */
  seq: number
}

export interface Around {
  entry: JournalEntry
  /** Null before the first Step. */
  before: ContactState | null
  after: ContactState | null
}

export interface StateReader {
  /** A Step with the state before and after; null when the journal has no such Step or no longer goes back to the start. */
  around(place: Place): Promise<Around | null>
}

type Known = LRUCache<number, { state: ContactState | null }>

export function createStateReader(pool: Pool, facts: TenantFactsCache): StateReader {
  const contacts = new LRUCache<string, Known>({ max: CONTACTS_KEPT })

  function knownOf({ tenantId, contactId }: Place): Known {
    const key = `${tenantId} ${contactId}`
    const known = contacts.get(key) ?? new LRUCache({ max: STATES_KEPT })
    contacts.set(key, known)
    return known
  }

  async function fold(place: Place, before: ContactState | null, entries: JournalEntry[]) {
    const runs = [...(before?.runs ?? []), ...entries.flatMap((entry) => entry.runs)]
    const versions = [...new Set(runs.map(({ versionId }) => versionId))]
    const { library } = await loadTenantFacts(pool, facts, place.tenantId, versions)
    return replayOn(before, entries, library)
  }

  /** Forward to the given Step in pieces, remembering some on the way; undefined when one is missing. */
  async function forward(place: Place, to: number): Promise<ContactState | null | undefined> {
    const known = knownOf(place)
    let at = nearest(known, to)
    let state = known.get(at)?.state ?? null
    while (at < to) {
      const upTo = Math.min(to, at + PAGE, (Math.floor(at / APART) + 1) * APART)
      const entries = await readEntries(pool, place, { after: at, upTo })
      if (entries.length !== upTo - at) return undefined
      state = await fold(place, state, entries)
      at = upTo
      known.set(at, { state })
    }
    return state
  }

  return {
    around: async (place) => {
      const before = await forward(place, place.seq - 1)
      if (before === undefined) return null
      const [entry] = await readEntries(pool, place, { after: place.seq - 1, upTo: place.seq })
      if (!entry) return null
      const after = await fold(place, before, [entry])
      knownOf(place).set(place.seq, { state: after })
      return { entry, before, after }
    },
  }
}

/** The latest remembered Step that is not after the given one; 0 is the beginning. */
function nearest(known: Known, to: number): number {
  let best = 0
  for (const seq of known.keys()) if (seq <= to && seq > best) best = seq
  return best
}

async function readEntries(
  pool: Pool,
  { tenantId, contactId }: Place,
  { after, upTo }: { after: number; upTo: number },
): Promise<JournalEntry[]> {
  const rows = await inTenantTransaction(pool, tenantId, (db) =>
    run<{ entry: JournalEntry }>(db, ENTRIES, [tenantId, contactId, after, upTo]),
  )
  return rows.map(({ entry }) => entry)
}

const ENTRIES = {
  name: 'journal_entries',
  text: `select entry from journal where tenant_id = $1 and contact_id = $2 and seq > $3 and seq <= $4 order by seq`,
}

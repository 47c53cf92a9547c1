// Folds a journal back into the state of the contact: the proof that nothing but envelopes moves an actor.

import type { RunVersion } from '#machines/run/run-state.ts'
import { receive } from './contact-actor.ts'
import type { Library } from './library.ts'
import type { ContactState } from './snapshot.ts'
import type { JournalEntry } from './step.ts'

/**
 * The state after a history.
 * @param journal entries from the first on, in order
 * @param library must hold every version that the entries name
 * @returns null for an empty history
 */
export function replay(journal: readonly JournalEntry[], library: Library): ContactState | null {
  return journal.reduce<ContactState | null>((state, entry) => {
    const then = { ...library, published: startedBy(entry, library) }
    return receive(state, entry.envelope, { now: entry.at, library: then }).state
  }, null)
}

/** What was published at the time: the versions that this entry started, in order. */
function startedBy(entry: JournalEntry, library: Library): RunVersion[] {
  return entry.runs
    .filter((run) => run.isNew)
    .flatMap((run) => {
      const version = library.version(run.versionId)
      return version ? [version] : []
    })
}

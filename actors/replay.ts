// Folds a journal back into the state of the contact: the proof that nothing but envelopes moves an actor.

import { parentIdOf } from '#machines/run/child-run.ts'
import type { RunChange, RunState, RunVersion } from '#machines/run/run-state.ts'
import { receive } from './contact-actor.ts'
import type { Library, StartHistory } from './library.ts'
import type { ContactState } from './snapshot.ts'
import type { JournalEntry } from './step.ts'

/**
 * The state after a history.
 * @param journal entries from the first on, in order
 * @param library must hold every version that the entries name
 * @returns null for an empty history
 */
export function replay(journal: readonly JournalEntry[], library: Library): ContactState | null {
  return replayOn(null, journal, library)
}

/**
 * The state after a later part of a history.
 * @param before the state after everything that came before the first entry
 * @param journal entries that follow it, in order
 */
export function replayOn(
  before: ContactState | null,
  journal: readonly JournalEntry[],
  library: Library,
): ContactState | null {
  return journal.reduce<ContactState | null>((state, entry) => {
    const then = { ...library, history: startsOf(entry, state?.runs ?? [], library) }
    return receive(state, entry.envelope, { now: entry.at, library: then }).state
  }, before)
}

/** What was started at the time, whatever is published now. */
function startsOf(
  entry: JournalEntry,
  before: readonly RunState[],
  library: Library,
): StartHistory {
  const known = [...before, ...entry.runs]
  const started = entry.runs.filter((run) => run.isNew)
  const own = started.filter((run) => !known.some(({ id }) => parentIdOf(run.id) === id))
  const versionsOf = (runs: RunChange[]): RunVersion[] =>
    runs.flatMap((run) => library.version(run.versionId) ?? [])
  return {
    startedBy: (eventId) => versionsOf(own.filter((run) => run.triggerEventId === eventId)),
    childVersion: (runId) => versionsOf(started.filter((run) => run.id === runId))[0],
  }
}

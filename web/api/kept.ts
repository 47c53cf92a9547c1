// What came for the workflows while someone of the team has the conversation. Pure.

import type { JournalItem } from '#machines/contracts/api.ts'

/** Kept since the conversation was taken, oldest first; `journal` is newest first. */
export function keptItems(journal: readonly JournalItem[]): JournalItem[] {
  const given = journal.findIndex(
    ({ note }) => note === 'agent_gave_back' || note === 'agent_took_conversation',
  )
  const since = given === -1 ? journal : journal.slice(0, given)
  return since.filter(({ note }) => note === 'kept_for_later').toReversed()
}

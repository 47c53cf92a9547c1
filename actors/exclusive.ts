// Groups of workflows of which a contact is in one at a time: a start of higher priority stops the one that runs.

import type { RunVersion } from '#machines/run/run-state.ts'
import type { Draft } from './draft.ts'
import { stop, versionOf } from './run-steps.ts'

/** Of the versions that one envelope triggers, those that may start: in each group the first of highest priority. */
export function firstOfGroups(versions: readonly RunVersion[]): RunVersion[] {
  return versions.filter(({ compiled: { exclusive, priority } }, index) => {
    if (exclusive === null) return true
    return versions.every(({ compiled: other }, place) => {
      if (other.exclusive !== exclusive || place === index) return true
      return other.priority < priority || (other.priority === priority && place > index)
    })
  })
}

/**
 * Makes room for a version in its group.
 * @returns false when the group is taken by a run of the same or a higher priority; nothing is stopped then
 */
export function claimGroup(draft: Draft, { compiled }: RunVersion): boolean {
  const { exclusive, priority } = compiled
  if (exclusive === null) return true
  // A subflow's run belongs to the one that runs it: no trigger started it.
  const holders = draft.state.runs
    .filter((run) => !run.parent)
    .map((run) => ({ id: run.id, compiled: versionOf(draft.library, run).compiled }))
    .filter((run) => run.compiled.exclusive === exclusive)
  if (holders.some((run) => run.compiled.priority >= priority)) return false
  for (const { id } of holders) stop(draft, id)
  return true
}

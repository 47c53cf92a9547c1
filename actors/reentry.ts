// Whether a contact may start a workflow again: the rule stands on the workflow's trigger.

import type { Reentry } from '#machines/nodes/trigger-kind.ts'
import type { RunVersion } from '#machines/run/run-state.ts'
import { millisecondsUntil } from '#machines/expression/duration.ts'
import type { ContactState } from './snapshot.ts'

/**
 * Applies the trigger's re-entry rule.
 * @param moment.at ISO 8601 instant of the Step
 * @param moment.zone IANA zone that a cool-down's days are counted in
 */
export function mayStart(
  state: ContactState,
  { workflowId, compiled }: RunVersion,
  moment: { at: string; zone: string },
): boolean {
  const lastStart = state.starts[workflowId]
  if (lastStart === undefined) return true
  const { reentry } = compiled
  if (reentry === 'always') return true
  if (reentry === 'once') return false
  if (reentry === 'not while running') {
    return state.runs.every((run) => run.workflowId !== workflowId)
  }
  return hasPassed(reentry, lastStart, moment)
}

function hasPassed(
  { cooldown }: Extract<Reentry, object>,
  lastStart: string,
  { at, zone }: { at: string; zone: string },
): boolean {
  const rest = millisecondsUntil(cooldown, lastStart, zone)
  return Date.parse(at) - Date.parse(lastStart) >= rest
}

// The way back from what a person did to a run: the run as it was, and the mark by which it is known that nothing has
// followed. What was asked of the world, and what was being waited for from it, cannot be taken back.

import type { RunState } from '#machines/run/run-state.ts'
import { runMark } from '#machines/run/migrate.ts'
import type { Place, StateReader } from '../commands/debugger/state-at.ts'

export interface WayBack {
  runId: string
  before: RunState
  /** `runMark` of the run right after the deed. */
  expected: string
}

/** @returns null where the Step cannot be taken back, whatever has happened since */
export async function wayBackOf(states: StateReader, place: Place): Promise<WayBack | null> {
  const around = await states.around(place)
  if (!around) return null
  const { entry, before, after } = around
  const [change, ...others] = entry.runs
  if (!change || others.length > 0 || entry.effects.length > 0 || entry.refused) return null
  const was = before?.runs.find(({ id }) => id === change.id)
  const is = after?.runs.find(({ id }) => id === change.id)
  if (!was || !is || Object.keys(was.effects).length > 0) return null
  return { runId: change.id, before: was, expected: runMark(is) }
}

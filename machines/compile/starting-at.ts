// The same statechart with another beginning: how a run is moved to a state with everything that entering it means.

import type { LoweredMachine, LoweredState } from './lowered.ts'

/**
 * A statechart whose first state is this one, inside all that is around it; beside it regions begin as ever.
 * @throws {Error} when there is no such state
 */
export function startingAt(lowered: LoweredMachine, stateId: string): LoweredMachine {
  const found = leadTo(lowered.states, stateId)
  if (!found) throw new Error(`there is no state ${stateId}`)
  return { ...lowered, ...found }
}

type States = Record<string, LoweredState>

/** The states with every `initial` on the way changed, and the first of the way. */
function leadTo(states: States, stateId: string): { initial: string; states: States } | null {
  if (Object.hasOwn(states, stateId)) return { initial: stateId, states }
  for (const [id, state] of Object.entries(states)) {
    const inside = state.states && leadTo(state.states, stateId)
    if (!inside) continue
    // A parallel enters all its regions; only the one on the way begins elsewhere.
    const { initial, states: changed } = inside
    const begins = state.type === 'parallel' ? {} : { initial }
    return { initial: id, states: { ...states, [id]: { ...state, ...begins, states: changed } } }
  }
  return null
}

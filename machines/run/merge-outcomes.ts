// Two things that happened to one run in one Step, told as one.

import type { RunOutcome } from './run-state.ts'

/**
 * The outcome of both.
 * @param first must leave the run active
 * @param second what happened to that run next
 */
export function mergeOutcomes(first: RunOutcome, second: RunOutcome): RunOutcome {
  const cleared = new Set(second.timersCleared.map(({ timerId }) => timerId))
  const set = new Set(second.timersSet.map(({ timerId }) => timerId))
  const { isNew, from, fromStates, path } = first.change
  return {
    run: second.run,
    change: { ...second.change, isNew, from, fromStates, path: [...path, ...second.change.path] },
    effects: [...first.effects, ...second.effects],
    timersSet: [
      ...first.timersSet.filter(({ timerId }) => !cleared.has(timerId) && !set.has(timerId)),
      ...second.timersSet,
    ],
    timersCleared: [
      ...first.timersCleared.filter(({ timerId }) => !set.has(timerId)),
      ...second.timersCleared,
    ],
  }
}

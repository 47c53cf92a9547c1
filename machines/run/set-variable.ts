// A variable of a run set from outside: nothing moves, what is waited for stays as it is.

import type { Json } from '../contracts/json.ts'
import type { RunOutcome, RunState } from './run-state.ts'

/**
 * Sets one variable of a run.
 * @param run stays in its states, with its timers and effects
 * @param variable.name as the workflow reads it under `vars`
 * @returns an outcome whose change has an empty path
 */
export function setVariable(
  run: RunState,
  { name, value }: { name: string; value: Json },
): RunOutcome {
  const { snapshot, id, workflowId, versionId, triggerEventId, startedAt, since } = run
  // A name such as `__proto__` is a name like any other.
  const vars = Object.fromEntries([...Object.entries(snapshot.context.vars), [name, value]])
  const after = { ...run, snapshot: { ...snapshot, context: { ...snapshot.context, vars } } }
  return {
    run: after,
    change: {
      id,
      workflowId,
      versionId,
      triggerEventId,
      startedAt,
      since,
      isNew: false,
      status: 'active',
      from: run.state,
      to: run.state,
      fromStates: run.states,
      toStates: run.states,
      path: [],
      finishedAt: null,
      error: null,
      context: null,
    },
    effects: [],
    timersSet: [],
    timersCleared: [],
  }
}

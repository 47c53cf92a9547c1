// XState's pure transitions without what its own helpers do beside: for every event they make an actor, and with it a
// first snapshot that nobody asked for. What a machine hands to its scope is collected, nothing is performed.

import {
  type ActorScope,
  createEmptyActor,
  type EventFromLogic,
  type ExecutableActionsFrom,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate'
import type { RunMachine } from '../compile/machine.ts'

export type Transitioned = [
  snapshot: SnapshotFrom<RunMachine>,
  actions: ExecutableActionsFrom<RunMachine>[],
]

/** @returns where the machine begins, and what it asks for on the way there */
export function initialTransition(machine: RunMachine, input: InputFrom<RunMachine>): Transitioned {
  const { scope, actions } = collect()
  return [machine.getInitialSnapshot(scope, input), actions]
}

/** @returns where the event leads, and what the machine asks for on the way there */
export function transition(
  machine: RunMachine,
  snapshot: SnapshotFrom<RunMachine>,
  event: EventFromLogic<RunMachine>,
): Transitioned {
  const { scope, actions } = collect()
  return [machine.transition(snapshot, event, scope), actions]
}

/** The machines invoke and spawn nobody, so that one actor that does nothing can stand for all of them. */
const nobody = createEmptyActor()

function collect() {
  const actions: ExecutableActionsFrom<RunMachine>[] = []
  const scope = {
    self: nobody,
    system: nobody.system,
    id: '',
    sessionId: '',
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: (action: ExecutableActionsFrom<RunMachine>) => actions.push(action),
  }
  return { scope: scope as unknown as ActorScope<never, never> as never, actions }
}

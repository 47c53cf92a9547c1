// What an interrupt does to the run around it: suspended with its due times and open effects, and taken up again
// without doing anything twice. Pure changes of the run's context.

import type { RunContext, RunEvent, Suspension } from './run-context.ts'

type Changed = Partial<RunContext>

/** An interrupt begins; one inside another finds the run suspended already. */
export function suspend({ suspended }: RunContext, event: RunEvent): Changed {
  if (suspended) return {}
  const { active = [], due = {} } = event
  return { suspended: { nodes: active, due, results: {}, resuming: false } }
}

/** True for the result of an effect that the suspended run waits for. */
export function isForSuspended({ suspended, awaiting }: RunContext, event: RunEvent): boolean {
  const { nodeId, visit } = event
  if (!suspended || nodeId === undefined || !suspended.nodes.includes(nodeId)) return false
  return awaiting[nodeId] === visit && !Object.hasOwn(suspended.results, nodeId)
}

/** Keeps such a result until the run is back. */
export function keepForReturn({ suspended }: RunContext, event: RunEvent): Changed {
  const { type, nodeId, visit, output, error } = event
  if (!suspended || nodeId === undefined) return {}
  const result = {
    type,
    visit: visit ?? 0,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
  }
  return { suspended: { ...suspended, results: { ...suspended.results, [nodeId]: result } } }
}

/** The way back begins: states that are entered now were only left for a while. */
export function resume({ suspended }: RunContext): Changed {
  return suspended ? { suspended: { ...suspended, resuming: true } } : {}
}

/** The suspension under which a node is entered again, or null when it is entered anew. */
export function returnTo({ suspended }: RunContext): Suspension | null {
  return suspended?.resuming === true ? suspended : null
}

/** Entered by another way than the way back: nothing is suspended any more. */
export function enterMain({ suspended }: RunContext): Changed {
  return suspended && !suspended.resuming ? { suspended: null } : {}
}

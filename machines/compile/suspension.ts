// What an interrupt does to the run around it: suspended with its due times and open effects, and taken up again
// without doing anything twice. Interrupts inside each other are gone back through one by one. Pure changes of the
// run's context.

import type { RunContext, RunEvent, Suspension } from './run-context.ts'
import { MAIN } from './lowered.ts'

type Changed = Partial<RunContext>

/**
 * An interrupt begins. One that was itself interrupted begins anew where it stands now, and one that interrupts itself
 * leaves nothing behind.
 */
export function suspend({ suspended }: RunContext, event: RunEvent, interruptId: string): Changed {
  const { active = [], due = {}, place = MAIN } = event
  if (place === interruptId) return {}
  const around = (suspended ?? []).filter((each) => each.place !== interruptId)
  return { suspended: [...around, { place, nodes: active, due, results: {} }] }
}

/** True for the result of an effect that the suspended run waits for. */
export function isForSuspended({ suspended, awaiting }: RunContext, event: RunEvent): boolean {
  const { nodeId = '', visit } = event
  return (
    awaiting[nodeId] === visit && (suspended ?? []).some((suspension) => lacks(suspension, nodeId))
  )
}

/** Keeps such a result until the run is back. */
export function keepForReturn({ suspended }: RunContext, event: RunEvent): Changed {
  const { type, nodeId = '', visit, output, error } = event
  const result = {
    type,
    visit: visit ?? 0,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
  }
  return {
    suspended: (suspended ?? []).map((suspension) =>
      lacks(suspension, nodeId)
        ? { ...suspension, results: { ...suspension.results, [nodeId]: result } }
        : suspension,
    ),
  }
}

function lacks({ nodes, results }: Suspension, nodeId: string): boolean {
  return nodes.includes(nodeId) && !Object.hasOwn(results, nodeId)
}

/** Where the way back leads: the event that says so. */
export function returnEventOf(place: string): string {
  return `return:${place}`
}

/** What was suspended last. */
export function lastSuspended({ suspended }: RunContext): Suspension | null {
  return suspended?.at(-1) ?? null
}

/** The way back begins: states that are entered now were only left for a while. */
export function resume(context: RunContext): Changed {
  const around = (context.suspended ?? []).slice(0, -1)
  return { suspended: around.length > 0 ? around : null, returning: lastSuspended(context) }
}

/** The suspension under which a node is entered again, or null when it is entered anew. */
export function returnTo({ returning }: RunContext): Suspension | null {
  return returning ?? null
}

/** Entered by another way than the way back: nothing is suspended any more. */
export function enterMain({ suspended, returning }: RunContext): Changed {
  return suspended && !returning ? { suspended: null } : {}
}

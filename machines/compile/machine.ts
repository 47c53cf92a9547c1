// Phase 5: the statechart to an XState machine. Expressions run here, inside pure transitions.

import { and, stateIn } from 'xstate'
import { isJsonObject } from '../contracts/json.ts'
import { type Asked, type Behaviours, type ByNode, delayOf, visitOf } from './asked.ts'
import { confidenceIn } from './confidence.ts'
import { delayNameOf, type LoweredMachine, MACHINE_ID } from './lowered.ts'
import { setupActions } from './run-actions.ts'
import type { RunContext, RunInput } from './run-context.ts'
import { isForSuspended } from './suspension.ts'

export type { CommandParams, EnteredParams } from './run-actions.ts'
export type { Moment, RunContext, RunEvent, RunInput } from './run-context.ts'

/** More microsteps than this for one event is an endless loop. Reliability P7. */
export const MAX_MICROSTEPS = 1000

/** Builds the machine of one version. */
export function createRunMachine({ joins, ...lowered }: LoweredMachine, behaviours: Behaviours) {
  return setupActions(behaviours)
    .extend({ guards: guardsOf(joins), delays: delaysOf(behaviours) })
    .createMachine({
      id: MACHINE_ID,
      context: ({ input }) => createContext(input),
      options: { maxIterations: MAX_MICROSTEPS },
      ...(lowered as object),
    })
}

export type RunMachine = ReturnType<typeof createRunMachine>

/** XState makes a first snapshot for every event too, without an input and for nobody. */
function createContext(input: RunInput | undefined): RunContext {
  const { payload = {}, source, context } = input ?? {}
  return (
    context ?? {
      payload,
      ...(source !== undefined && { source }),
      vars: {},
      results: {},
      visit: 0,
      awaiting: {},
      loops: {},
      error: null,
    }
  )
}

function guardsOf(joins: LoweredMachine['joins']) {
  // A parallel is left when the ends of all its groups are reached.
  const joined = Object.entries(joins).map(([name, ends]) => {
    return [name, and(ends.map((end) => stateIn(`#${end}`)))] as const
  })
  const own = ({ context, event }: Asked, { node }: ByNode): boolean =>
    event.nodeId === node && event.visit === context.awaiting[node]
  return {
    own,
    unsure: (asked: Asked, { node, least }: ByNode & { least: number }) =>
      own(asked, { node }) && confidenceIn(asked.event.output, least) < least,
    flagged: (asked: Asked, { node, field }: ByNode & { field: string }) =>
      own(asked, { node }) &&
      isJsonObject(asked.event.output) &&
      asked.event.output[field] === true,
    failedBy: (asked: Asked, { node, codes }: ByNode & { codes: string }) =>
      own(asked, { node }) && codes.split(' ').includes(asked.event.error?.code ?? ''),
    decides: ({ event }: Asked, { node }: ByNode) => event.nodeId === node,
    leavesBy: ({ context, event }: Asked, { node, port }: ByNode & { port: string }) =>
      event.nodeId === node &&
      event.port === port &&
      (event.visit === undefined || event.visit === visitOf(context, node)),
    suspended: ({ context, event }: Asked) => isForSuspended(context, event),
    ...Object.fromEntries(joined),
  }
}

function delaysOf(behaviours: Behaviours) {
  return Object.fromEntries(
    [...behaviours].flatMap(([id, { delay }]) => {
      if (!delay) return []
      return [
        [
          delayNameOf(id),
          (asked: Asked) => {
            const measured = delayOf({ delay }, id, asked)
            // The state is left as failed before this could pass.
            return typeof measured === 'number' ? measured : 0
          },
        ],
      ]
    }),
  )
}

// What a test expects, taken over from a run as far as a person ticks it. Pure.

import type { Simulation } from '#machines/contracts/simulation.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'

export type Expect = WorkflowTest['expect']

export interface Picked {
  status: boolean
  states: boolean
  messages: boolean
  /** Names of variables. */
  vars: readonly string[]
}

/** A finished run is recognised by how it ended, one under way by where it is. */
export function usualPick({ final, transcript }: Simulation): Picked {
  const isActive = final.status === 'active'
  const sends = transcript.some(({ direction }) => direction === 'out')
  return { status: true, states: isActive, messages: sends, vars: [] }
}

/** What an expectation asks for, so that it can be taken over anew. */
export function pickOf({ status, states, messages, vars = {} }: Expect): Picked {
  return {
    status: status !== undefined,
    states: states !== undefined,
    messages: messages !== undefined,
    vars: Object.keys(vars),
  }
}

/** The expectation that this run fulfils. */
export function expectationOf({ final, transcript }: Simulation, picked: Picked): Expect {
  const { status, states, vars } = final
  const sent = transcript.filter(({ direction }) => direction === 'out').map(({ text }) => text)
  const known = picked.vars.filter((name) => Object.hasOwn(vars, name))
  return {
    ...(picked.status && { status }),
    ...(picked.states && { states }),
    ...(picked.messages && { messages: sent }),
    ...(known.length > 0 && {
      vars: Object.fromEntries(known.map((name) => [name, vars[name] ?? null])),
    }),
  }
}

/** A test that asks for nothing passes always. */
export function isEmptyPick({ status, states, messages, vars }: Picked): boolean {
  return !status && !states && !messages && vars.length === 0
}

// What held after each step of a simulation, kept only where somebody asks for it: it makes the result larger.

import type { SimulationTrace } from '../contracts/simulation.ts'
import type { Standing } from '../run/send-policy.ts'

/** What is noted while the simulation goes on. */
export type Recording = Pick<SimulationTrace, 'steps' | 'settled' | 'transcript'>

/** An empty recording. */
export function startTrace(): Recording {
  return { steps: [], settled: {}, transcript: [] }
}

/** The recording with what holds at the end. */
export function finishTrace(
  { steps, settled, transcript }: Recording,
  end: { now: string; windowOpen: boolean } & Pick<Standing, 'lastInboundAt' | 'optOuts'>,
  awaits: string[],
): SimulationTrace {
  const { now, windowOpen, lastInboundAt, optOuts } = end
  const optedOut = Object.keys(optOuts)
  return { now, windowOpen, lastInboundAt, optedOut, awaits, steps, settled, transcript }
}

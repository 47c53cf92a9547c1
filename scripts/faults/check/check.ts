// All checks of one run over its history and the database's end: C1 to C7 and the throughput of C9.

import { checkEffects, type EffectReport } from './effects.ts'
import type { Case, Violation } from './evidence.ts'
import { checkInputs, inputsOf } from './inputs.ts'
import { checkDelays, checkQueues, checkTail, checkThroughput, measureDelays } from './liveness.ts'

export interface Verdict {
  violations: Violation[]
  /** Inputs that were taken. */
  events: number
  effects: Pick<EffectReport, 'caused' | 'accepted' | 'doubled' | 'held'>
  longestDelayMs: number
  /** Of contacts with a send of which nobody knew. */
  longestUnsureMs: number
  longestLagMs: number
}

/** @param from when the load began, @param to when it ended, by the harness's clock */
export function check(given: Case, { from, to }: { from: number; to: number }): Verdict {
  const effects = checkEffects(given)
  const delays = measureDelays(given)
  const events = [...inputsOf(given).values()].filter(({ firstOkAt }) => firstOkAt !== null).length
  const violations = [
    ...checkInputs(given),
    ...effects.violations,
    ...checkQueues(given),
    ...checkTail(given),
    ...checkThroughput(given, from, to),
    ...checkDelays(given, delays),
  ]
  const { caused, accepted, doubled, held, longestLagMs } = effects
  return {
    violations,
    events,
    effects: { caused, accepted, doubled, held },
    longestDelayMs: delays.longest,
    longestUnsureMs: delays.longestUnsure,
    longestLagMs,
  }
}

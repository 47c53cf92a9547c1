// Results of effects and timers that are due: each for one node of one run, or for none any more. Keeps I2 and I7.

import type {
  EffectDonePayload,
  EffectFailedPayload,
  TimerFiredPayload,
} from '#machines/contracts/event.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { RunState } from '#machines/run/run-state.ts'
import type { Draft } from './draft.ts'
import { isOfOperator } from './operator-effects.ts'
import { advance, runOf } from './run-steps.ts'
import type { StepNote } from './step.ts'
import { isConfirmation } from './stop-words.ts'

export function routeResult(draft: Draft, envelope: Envelope): StepNote | null {
  const payload = envelope.payload as unknown as EffectDonePayload | EffectFailedPayload
  const { effectId } = payload
  const run = takerOf(draft, effectId)
  const pending = run?.effects[effectId]
  if (!run || !pending) return missed(draft.state.runs, effectId)
  const { nodeId, visit } = pending
  advance(draft, run, {
    type: envelope.type,
    nodeId,
    visit,
    ...('output' in payload ? { output: payload.output } : {}),
    ...('error' in payload ? { error: payload.error } : {}),
  })
  return null
}

export function routeTimer(draft: Draft, envelope: Envelope): StepNote | null {
  const { runId, timerId, generation } = envelope.payload as unknown as TimerFiredPayload
  const run = runOf(draft, runId)
  if (!run) return 'run_ended'
  if (run.timers[timerId]?.generation !== generation) return 'timer_outdated'
  advance(draft, run, { type: timerId })
  return null
}

/** The run that waits for an effect's result. */
function takerOf({ state }: Draft, effectId: string): RunState | undefined {
  return state.runs.find((run) => Object.hasOwn(run.effects, effectId))
}

function missed(runs: readonly RunState[], effectId: string): StepNote {
  if (isConfirmation(effectId) || isOfOperator(effectId)) return 'confirmation_noted'
  return runs.some((run) => isEffectOf(run, effectId)) ? 'result_outdated' : 'run_ended'
}

function isEffectOf(run: RunState, effectId: string): boolean {
  const prefix = `eff_${run.id.slice('run_'.length)}_`
  return effectId.startsWith(prefix) && /^\d+$/.test(effectId.slice(prefix.length))
}

// Which runs an envelope reaches. Arbitration between runs is this rule, not luck.

import type { CompiledWorkflow } from '#machines/compile/compile.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { ENGAGEMENT_EVENTS, isMessageStatusEvent } from '#machines/contracts/event.ts'
import { interruptFor } from '#machines/run/interrupts.ts'
import type { RunState } from '#machines/run/run-state.ts'
import type { Draft } from './draft.ts'
import { versionOf } from './run-steps.ts'

/** Machine event types by which an envelope may be waited for, most specific first. */
export function machineEventTypes(envelope: Envelope): string[] {
  if (envelope.type !== 'message.received') return [envelope.type]
  const { channel } = envelope.payload
  return typeof channel === 'string'
    ? [`message.received.${channel}`, 'message.received']
    : ['message.received']
}

/** The most specific of the event types that one of the run's states reacts to, or null. */
export function awaitedType(
  run: RunState,
  compiled: CompiledWorkflow,
  types: readonly string[],
): string | null {
  const isAwaited = (type: string): boolean =>
    run.states.some((state) => compiled.waits.get(state)?.events.includes(type) ?? false)
  return types.find(isAwaited) ?? null
}

/** The interrupt of the run's workflow that the envelope leads into, or null. */
export function interruptOf(compiled: CompiledWorkflow, envelope: Envelope): string | null {
  const { text } = envelope.payload
  const isMessage = envelope.type === 'message.received' && typeof text === 'string'
  const types = machineEventTypes(envelope)
  return interruptFor(compiled, { types, text: isMessage ? text : null })
}

/** Runs in the order in which a message is offered to them: highest priority first, then the oldest. */
export function byPriority({ state, library }: Draft): RunState[] {
  const priorityOf = (run: RunState): number => versionOf(library, run).compiled.priority
  return state.runs
    .filter((run) => !isPaused(state.runs, run))
    .toSorted((left, right) => priorityOf(right) - priorityOf(left))
}

/** A run that another one runs stands still with it while an interrupt has that one's turn. */
function isPaused(runs: readonly RunState[], { parent }: RunState): boolean {
  const owner = runs.find(({ id }) => id === parent?.runId)
  const awaited = parent && owner?.effects[parent.effectId]
  if (!owner || !awaited) return false
  return !owner.states.includes(awaited.nodeId) || isPaused(runs, owner)
}

/** False for the status of a message that neither the run nor one that it ran has sent. */
export function concerns(run: RunState, { type, payload }: Envelope): boolean {
  const isOfOne = isMessageStatusEvent(type) || isEngagement(type, payload['effectId'])
  return !isOfOne || isSender(run, payload['effectId'])
}

/** A tenant's own system may tell of clicks too, and then it names no message of ours. */
function isEngagement(type: string, effectId: unknown): boolean {
  return effectId !== undefined && (ENGAGEMENT_EVENTS as readonly string[]).includes(type)
}

/** I4: an effect's id says whose it is. */
export function isSender(run: Pick<RunState, 'id'>, effectId: unknown): boolean {
  if (typeof effectId !== 'string') return false
  const own = `eff_${run.id.slice('run_'.length)}_`
  return effectId.startsWith(own) && /^(s\d+_)*\d+$/.test(effectId.slice(own.length))
}

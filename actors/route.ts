// Which runs an envelope reaches and which workflows it starts. Arbitration between runs is this rule, not luck.

import type { RunState } from '#machines/run/run-state.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { CompiledWorkflow } from '#machines/compile/compile.ts'

/** Machine event types by which an envelope may be waited for, most specific first. */
export function machineEventTypes(envelope: Envelope): string[] {
  if (envelope.type !== 'message.received') return [envelope.type]
  const { channel } = envelope.payload
  return typeof channel === 'string'
    ? [`message.received.${channel}`, 'message.received']
    : ['message.received']
}

/** Messages are answered by one run only; everything else concerns every run that waits for it. */
export function isExclusive(envelope: Envelope): boolean {
  return envelope.type === 'message.received'
}

/** The most specific of the event types that one of the run's states reacts to, or null. */
export function awaitedType(
  run: RunState,
  compiled: CompiledWorkflow,
  types: readonly string[],
): string | null {
  const awaited = new Set(run.states.flatMap((state) => compiled.waits.get(state)?.events ?? []))
  return types.find((type) => awaited.has(type)) ?? null
}

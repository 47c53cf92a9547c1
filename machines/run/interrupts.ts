// Whether what arrives leads into one of a workflow's interrupts, and the event by which the run goes there.

import type { CompiledWorkflow } from '../compile/compile.ts'
import { interruptEventOf, MAIN, nodeOfTimer } from '../compile/lowered.ts'
import type { RunEvent } from '../compile/run-context.ts'
import { plainWords } from '../expression/plain-words.ts'
import type { RunState } from './run-state.ts'

/**
 * The interrupt that an event leads into: the first that names it, or null.
 * @param event.types by which it may be waited for, as `message.received.whatsapp`
 * @param event.text the words of a message; null for other events
 */
export function interruptFor(
  { interrupts }: Pick<CompiledWorkflow, 'interrupts'>,
  event: { types: readonly string[]; text: string | null },
): string | null {
  if (interrupts.length === 0) return null
  const words = event.text === null ? null : plainWords(event.text)
  const use = interrupts.find(
    (each) =>
      (words !== null && each.words.has(words)) ||
      (each.event !== null && event.types.includes(each.event)),
  )
  return use?.id ?? null
}

/** The interrupt that a node is part of, or null. */
export function interruptAround(
  { interrupts, document }: Pick<CompiledWorkflow, 'interrupts' | 'document'>,
  nodeId: string,
): string | null {
  const parents = new Map(document.nodes.map((node) => [node.id, node['parent']]))
  const ids = new Set(interrupts.map(({ id }) => id))
  for (let at: unknown = nodeId; typeof at === 'string'; at = parents.get(at)) {
    if (ids.has(at)) return at
  }
  return null
}

/**
 * What the machine is told when an interrupt begins: it keeps what it leaves.
 * @param run as it is before
 * @param event the event that leads there, with its moment and payload
 */
export function interruptEvent(run: RunState, interruptId: string, event: RunEvent): RunEvent {
  const due = Object.entries(run.timers)
    .filter(([timerId]) => timerId.startsWith('xstate.after.'))
    .map(([timerId, { dueAt }]) => [nodeOfTimer(timerId), dueAt] as const)
  // The root of a machine with interrupts holds one state: its own states, or the interrupt that has its turn.
  const [place = MAIN] = Object.keys(run.snapshot.value)
  return {
    ...event,
    type: interruptEventOf(interruptId),
    active: run.states,
    due: Object.fromEntries(due),
    place,
  }
}

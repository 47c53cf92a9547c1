// A person takes the conversation of the simulated contact and gives it back, as with the contact's actor: what was kept
// meanwhile comes afterwards, in order.

import { HANDOFF_RETURNED } from '../contracts/event.ts'
import { interruptAround } from '../run/interrupts.ts'
import { advanceRun, moveRun, stopRun } from '../run/run.ts'
import type { ScriptEntry } from './script.ts'
import {
  awaitedTypes,
  type Cause,
  deliver,
  fire,
  type Held,
  momentOf,
  record,
  recordNothing,
  settle,
  waitsForPerson,
  type World,
} from './world.ts'

/** From now on nothing reaches the run. */
export function takeOver(world: World, index: number): void {
  const cause = { event: 'operator.acted', index }
  if (world.held) return recordNothing(world, cause, 'agent_has_conversation')
  world.held = []
  recordNothing(world, cause, 'agent_took_conversation')
}

/** The run goes on as asked, and what was kept comes. @returns false where it cannot go on in that state */
export function giveBack(
  world: World,
  to: NonNullable<ScriptEntry['giveBack']>,
  index: number,
): boolean {
  const cause = { event: 'operator.acted', index }
  if (!world.held && !waitsForPerson(world)) {
    recordNothing(world, cause, 'nothing_to_give_back')
    return true
  }
  const kept = world.held ?? []
  world.held = null
  const isPlaced = place(world, to, cause)
  tellReturned(world, index)
  for (const each of kept) comeLater(world, each, index)
  return isPlaced
}

function place(world: World, to: NonNullable<ScriptEntry['giveBack']>, cause: Cause): boolean {
  const { run, version } = world
  const { compiled } = version
  if (run && to.mode === 'end') {
    record(world, cause, stopRun(run, world.now))
    return true
  }
  const nodeId = run && to.mode === 'state' ? to.nodeId : null
  const isState =
    nodeId !== null &&
    compiled.document.nodes.some(({ id }) => id === nodeId) &&
    interruptAround(compiled, nodeId) === null
  if (run && isState) {
    record(world, cause, moveRun(run, version, { nodeId, moment: momentOf(world) }))
  } else recordNothing(world, cause, 'agent_gave_back')
  return isState || nodeId === null
}

function tellReturned(world: World, index: number): void {
  const { run, version } = world
  if (!run || !awaitedTypes(world).has(HANDOFF_RETURNED)) return
  const event = { ...momentOf(world), type: HANDOFF_RETURNED, payload: {} }
  record(world, { event: HANDOFF_RETURNED, index }, advanceRun(run, version, event))
}

function comeLater(world: World, held: Held, index: number): void {
  switch (held.what) {
    case 'event':
      return deliver(world, held.envelope, index)
    case 'result':
      return settle(world, held.effectId, { outcome: held.outcome, index })
    case 'timer': {
      const { id, dueAt } = held.timer
      if (world.run?.timers[id]?.dueAt === dueAt) return fire(world, held.timer, index)
      recordNothing(world, { event: 'timer.fired', index }, 'timer_outdated')
    }
  }
}

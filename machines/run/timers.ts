// XState's delayed raises and cancels become timers set and cleared, each arming with its own generation.

import { nodeOfTimer } from '../compile/lowered.ts'
import type { ArmedTimer, RunState, TimerClear, TimerSet } from './run-state.ts'

/** An action as XState's pure transition hands it out. */
export interface ActionData {
  type: string
  params?: unknown
}

export interface TimerChanges {
  timers: RunState['timers']
  generation: number
  set: TimerSet[]
  cleared: TimerClear[]
}

/**
 * Applies the delays among the actions of one transition to the run's armed timers.
 * @param run id, armed timers and generation before
 * @param now ISO 8601 instant that delays count from
 */
export function applyDelays(
  run: Pick<RunState, 'id' | 'timers' | 'generation'>,
  actions: readonly ActionData[],
  now: string,
): TimerChanges {
  if (!actions.some(isDelay)) {
    return { timers: run.timers, generation: run.generation, set: [], cleared: [] }
  }
  const timers: Record<string, ArmedTimer> = { ...run.timers }
  let generation = run.generation
  for (const action of actions) {
    if (action.type === 'xstate.cancel') {
      delete timers[(action.params as { sendId: string }).sendId]
    }
    if (action.type === 'xstate.raise') {
      const { id, delay } = action.params as { id?: string; delay?: number }
      if (id === undefined || delay === undefined) continue
      generation += 1
      const dueAt = new Date(Date.parse(now) + delay).toISOString()
      timers[id] = { nodeId: nodeOfTimer(id), generation, dueAt }
    }
  }
  return { timers, generation, ...differences(run, timers) }
}

function isDelay({ type }: ActionData): boolean {
  return type === 'xstate.cancel' || type === 'xstate.raise'
}

/** Clears every armed timer of a run that is over. */
export function clearTimers(run: Pick<RunState, 'id' | 'timers'>): TimerClear[] {
  return Object.keys(run.timers).map((timerId) => ({ runId: run.id, timerId }))
}

/** What has to be set and cleared so that the timers are those after. */
export function differences(
  run: Pick<RunState, 'id' | 'timers'>,
  after: RunState['timers'],
): Pick<TimerChanges, 'set' | 'cleared'> {
  const set = Object.entries(after)
    .filter(([timerId, timer]) => run.timers[timerId]?.generation !== timer.generation)
    .map(([timerId, timer]) => ({ runId: run.id, timerId, ...timer }))
  const cleared = Object.keys(run.timers)
    .filter((timerId) => !Object.hasOwn(after, timerId))
    .map((timerId) => ({ runId: run.id, timerId }))
  return { set, cleared }
}

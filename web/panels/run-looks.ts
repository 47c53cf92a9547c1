// How runs look and what can be done to them.

import type { RunView } from '#machines/contracts/api.ts'
import type { OperatorAction } from '#machines/contracts/event.ts'
import type { Tone } from '../ui/sentence.ts'

export const RUN_TONES: Record<RunView['status'], Tone> = {
  active: 'running',
  done: 'neutral',
  failed: 'failed',
  stopped: 'neutral',
}

export const ACTION_ICONS: Record<OperatorAction, string> = {
  skip_wait: 'i-lucide-fast-forward',
  stop: 'i-lucide-square',
}

/** Effects settle by themselves; only what waits for the world or for time can be skipped. */
export function actionsOf(run: RunView | null): OperatorAction[] {
  if (run?.status !== 'active') return []
  const waits =
    run.timers.length > 0 || run.waitingFor.some(({ event }) => !event.startsWith('effect.'))
  return waits ? ['skip_wait', 'stop'] : ['stop']
}

// How runs look and what a person can do about a contact.

import type { ActorView, RunView } from '#machines/contracts/api.ts'
import type { OperatorActedPayload } from '#machines/contracts/event.ts'
import type { Tone } from '../ui/sentence.ts'

export type ContactAction = OperatorActedPayload['action']

export const RUN_TONES: Record<RunView['status'], Tone> = {
  active: 'running',
  done: 'neutral',
  failed: 'failed',
  stopped: 'neutral',
}

export const ACTION_ICONS: Record<ContactAction, string> = {
  take: 'i-lucide-headset',
  give_back: 'i-lucide-corner-up-left',
  move: 'i-lucide-route',
  skip_wait: 'i-lucide-fast-forward',
  stop: 'i-lucide-square',
}

/** The conversation is taken or given back; what else is possible depends on the run that is looked at. */
export function actionsOf(handover: ActorView['handover'], run: RunView | null): ContactAction[] {
  const hand = handover === 'agent' ? 'give_back' : 'take'
  if (run?.status !== 'active') return [hand]
  return waits(run) ? [hand, 'skip_wait', 'move', 'stop'] : [hand, 'move', 'stop']
}

/** Effects settle by themselves; only what waits for the world or for time can be skipped. */
function waits(run: RunView): boolean {
  return run.timers.length > 0 || run.waitingFor.some(({ event }) => !event.startsWith('effect.'))
}

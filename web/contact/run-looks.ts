// How runs look and what a person can do about a contact.

import type { ActorAction } from '#machines/contracts/actor-actions.ts'
import type { ActorView, RunView } from '#machines/contracts/api.ts'
import { parentIdOf } from '#machines/run/child-run.ts'
import type { Tone } from '../ui/sentence.ts'

export type ContactAction = ActorAction['action']

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
  restart: 'i-lucide-rotate-ccw',
  set_variable: 'i-lucide-braces',
  send_event: 'i-lucide-zap',
  undo: 'i-lucide-undo-2',
}

/** The conversation is taken or given back; what else is possible depends on the run that is looked at. */
export function actionsOf(handover: ActorView['handover'], run: RunView | null): ContactAction[] {
  const hand = handover === 'agent' ? 'give_back' : 'take'
  if (!run) return [hand, 'send_event']
  // What is a part of another run begins again with that one.
  if (run.status !== 'active')
    return [hand, 'send_event', ...(parentIdOf(run.id) === null ? ['restart' as const] : [])]
  const inside = ['move', 'set_variable', 'send_event', 'restart', 'stop'] as const
  return waits(run) ? [hand, 'skip_wait', ...inside] : [hand, ...inside]
}

/** Effects settle by themselves; only what waits for the world or for time can be skipped. */
function waits(run: RunView): boolean {
  return run.timers.length > 0 || run.waitingFor.some(({ event }) => !event.startsWith('effect.'))
}

// How the standing of a template looks: colour and icon, never the colour alone.

import type { Tone } from '../ui/sentence.ts'

const STATUS: Record<string, readonly [Tone, string]> = {
  DRAFT: ['neutral', 'i-lucide-pencil-line'],
  PENDING: ['waiting', 'i-lucide-hourglass'],
  IN_APPEAL: ['waiting', 'i-lucide-scale'],
  APPROVED: ['running', 'i-lucide-circle-check'],
  FLAGGED: ['attention', 'i-lucide-flag'],
  LIMIT_EXCEEDED: ['attention', 'i-lucide-gauge'],
  PAUSED: ['attention', 'i-lucide-circle-pause'],
  REJECTED: ['failed', 'i-lucide-circle-x'],
  DISABLED: ['failed', 'i-lucide-ban'],
  LOCKED: ['failed', 'i-lucide-lock'],
}

const QUALITY: Record<string, readonly [Tone, string]> = {
  GREEN: ['running', 'i-lucide-signal-high'],
  YELLOW: ['attention', 'i-lucide-signal-medium'],
  RED: ['failed', 'i-lucide-signal-low'],
}

export interface Look {
  tone: Tone
  icon: string
}

export function statusLook(status: string): Look {
  const [tone, icon] = STATUS[status] ?? (['neutral', 'i-lucide-circle-slash'] as const)
  return { tone, icon }
}

/** Null where nothing is known. */
export function qualityLook(quality: string): Look | null {
  const known = QUALITY[quality]
  return known ? { tone: known[0], icon: known[1] } : null
}

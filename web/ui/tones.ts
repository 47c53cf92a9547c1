// The status colours' other half: the icon that says the same for eyes that do not see the colour.

import type { Tone } from './sentence.ts'

export const TONE_ICONS: Record<Tone, string> = {
  waiting: 'i-lucide-hourglass',
  running: 'i-lucide-activity',
  attention: 'i-lucide-hand',
  failed: 'i-lucide-triangle-alert',
  neutral: 'i-lucide-circle',
}

export const TONE_CLASSES: Record<Tone, string> = {
  waiting: 'bg-waiting-soft text-waiting',
  running: 'bg-running-soft text-running',
  attention: 'bg-attention-soft text-attention',
  failed: 'bg-failed-soft text-failed',
  neutral: 'bg-elevated text-toned',
}

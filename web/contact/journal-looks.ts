// How Steps look in the timeline.

import type { JournalItem } from '#machines/contracts/api.ts'

const ICONS: Record<string, string> = {
  'lead.captured': 'i-lucide-user-plus',
  'message.received': 'i-lucide-message-circle',
  'message.status': 'i-lucide-check-check',
  'message.echoed': 'i-lucide-smartphone',
  'effect.done': 'i-lucide-check',
  'effect.failed': 'i-lucide-triangle-alert',
  'timer.fired': 'i-lucide-alarm-clock',
  'contact.updated': 'i-lucide-user-pen',
  'contact.absorbed': 'i-lucide-merge',
  'contact.returned': 'i-lucide-split',
  'operator.acted': 'i-lucide-hand',
  'purchase.approved': 'i-lucide-shopping-bag',
  'tag.added': 'i-lucide-tag',
  'run.migrated': 'i-lucide-arrow-right-left',
  'run.restored': 'i-lucide-undo-2',
  'run.stopped': 'i-lucide-square',
}

const eventIcon = (type: string): string => ICONS[type] ?? 'i-lucide-zap'

/** A Step whose effect failed warns, also when the effect had been accepted before; so does one whose message was not let out. */
export function stepIcon(item: JournalItem): string {
  const tone = stepTone(item)
  if (tone === 'failed') return 'i-lucide-triangle-alert'
  return tone === 'attention' ? 'i-lucide-ban' : eventIcon(item.event)
}

export function stepTone(item: JournalItem): 'failed' | 'attention' | 'neutral' {
  if (hasFailed(item)) return 'failed'
  const isHeld = (item.refused ?? []).length > 0 || item.note === 'opted_out'
  return isHeld ? 'attention' : 'neutral'
}

const hasFailed = (item: JournalItem): boolean =>
  item.event === 'effect.failed' || item.effects.some(({ status }) => status === 'failed')

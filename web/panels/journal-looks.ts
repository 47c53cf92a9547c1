// How Steps look in the timeline.

import type { JournalItem } from '#machines/contracts/api.ts'

const ICONS: Record<string, string> = {
  'lead.captured': 'i-lucide-user-plus',
  'message.received': 'i-lucide-message-circle',
  'message.status': 'i-lucide-check-check',
  'effect.done': 'i-lucide-check',
  'effect.failed': 'i-lucide-triangle-alert',
  'timer.fired': 'i-lucide-alarm-clock',
  'contact.updated': 'i-lucide-user-pen',
  'operator.acted': 'i-lucide-hand',
  'purchase.approved': 'i-lucide-shopping-bag',
}

const eventIcon = (type: string): string => ICONS[type] ?? 'i-lucide-zap'

/** A Step whose effect failed warns, also when the effect had been accepted before. */
export const stepIcon = (item: JournalItem): string =>
  hasFailed(item) ? 'i-lucide-triangle-alert' : eventIcon(item.event)

export const hasFailed = (item: JournalItem): boolean =>
  item.event === 'effect.failed' || item.effects.some(({ status }) => status === 'failed')

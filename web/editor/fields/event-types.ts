// Event types to choose from: those with a meaning in the platform, and those that the workflow names already.

import { startsRuns } from '#machines/contracts/event.ts'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'

/** In the order in which people are offered them. */
const USUAL = [
  'message.received',
  'message.received.whatsapp',
  'message.received.email',
  'message.delivered',
  'message.read',
  'message.failed',
  'message.opened',
  'link.clicked',
  'lead.captured',
  'form.submitted',
  'purchase.approved',
  'tag.added',
  'segment.entered',
  'consent.granted',
  'consent.revoked',
] as const

/** @param options.starts only what a run can start by */
export function eventTypes(used: readonly string[], { starts }: { starts: boolean }): string[] {
  const all = [...new Set([...used, ...USUAL])]
  return starts ? all.filter(startsRuns) : all
}

/** Types that a document names as `event`, each once. */
export function eventsIn(value: Json): string[] {
  const found = new Set<string>()
  collect(value, found)
  return [...found]
}

function collect(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found)
  } else if (isJsonObject(value)) {
    const { event } = value
    if (typeof event === 'string' && event !== '') found.add(event)
    for (const inner of Object.values(value)) if (typeof inner === 'object') collect(inner, found)
  }
}

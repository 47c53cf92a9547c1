// The checker's sentence as people read it: the state by its name, an event and a span in words. Pure.

import { humanizeDurations } from '../ui/iso-duration.ts'

export interface ProblemWords {
  titleOf: (nodeId: string) => string
  eventName: (type: string) => string
  locale: string
}

/**
 * @param text says ids and types between straight quotes: `"boas_vindas"`
 * @param nodeId of the state that it is about; null for the workflow
 */
export function problemWords(
  text: string,
  nodeId: string | null,
  { titleOf, eventName, locale }: ProblemWords,
): string {
  const named = text.replaceAll(/"([^"\s]+)"/g, (whole, name: string) => {
    if (name === nodeId) return `“${titleOf(name)}”`
    const event = eventName(name)
    return event === name ? whole : `“${event}”`
  })
  return humanizeDurations(named, locale)
}

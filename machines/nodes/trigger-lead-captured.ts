// Trigger `lead.captured`: a lead arrived, from one of the named sources if any are named.

import { z } from 'zod'
import { defineTriggerKind } from './trigger-kind.ts'

const OneOrMore = z.union([z.string().max(100), z.array(z.string().max(100)).max(100)])

const Schema = z.strictObject({
  type: z.literal('lead.captured'),
  filter: z.strictObject({ source: OneOrMore.optional() }).optional(),
})

function sourcesOf(trigger: z.infer<typeof Schema>): string[] {
  const source = trigger.filter?.source
  return source === undefined ? [] : [source].flat()
}

export const triggerLeadCaptured = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'lead.captured',
  description: { 'pt-BR': 'Começa quando um lead é captado', en: 'Starts when a lead is captured' },
  icon: 'user-plus',
  schema: Schema,
  eventType: 'lead.captured',
  matches: (trigger, envelope) => {
    const sources = sourcesOf(trigger)
    return sources.length === 0 || sources.includes(envelope.source)
  },
  summarize: (trigger) => sourcesOf(trigger).join(', '),
})

// Trigger `lead.captured`: a lead arrived, from one of the named sources if any are named.

import { z } from 'zod'
import {
  defineTriggerKind,
  isWanted,
  OneOrMoreSchema,
  TriggerBaseSchema,
  wantedOf,
} from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('lead.captured'),
  filter: z.strictObject({ source: OneOrMoreSchema.optional() }).optional(),
})

export const triggerLeadCaptured = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'lead.captured',
  description: { 'pt-BR': 'Começa quando um lead é captado', en: 'Starts when a lead is captured' },
  icon: 'user-plus',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    { field: 'filter.source', control: 'list', label: { 'pt-BR': 'Origens', en: 'Sources' } },
  ],
  eventType: 'lead.captured',
  matches: (trigger, envelope) => isWanted(trigger.filter?.source, envelope.source),
  summarize: (trigger) => wantedOf(trigger.filter?.source).join(', '),
})

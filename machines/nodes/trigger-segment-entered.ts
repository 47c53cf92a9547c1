// Trigger `segment.entered`: the contact came to belong to a segment, one of the named ones if any are named.

import { z } from 'zod'
import {
  defineTriggerKind,
  isWanted,
  OneOrMoreSchema,
  TriggerBaseSchema,
  wantedOf,
} from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('segment.entered'),
  /** Compared with `$.payload.segment`. */
  filter: z.strictObject({ segment: OneOrMoreSchema.optional() }).optional(),
})

export const triggerSegmentEntered = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'segment.entered',
  description: {
    'pt-BR': 'Começa quando o contato entra num segmento',
    en: 'Starts when the contact enters a segment',
  },
  icon: 'users',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    { field: 'filter.segment', control: 'list', label: { 'pt-BR': 'Segmentos', en: 'Segments' } },
  ],
  eventType: 'segment.entered',
  matches: ({ filter }, { payload }) => isWanted(filter?.segment, payload['segment']),
  summarize: ({ filter }) => wantedOf(filter?.segment).join(', '),
})

// Trigger `tag.added`: the contact got a tag, one of the named tags if any are named.

import { z } from 'zod'
import {
  defineTriggerKind,
  isWanted,
  OneOrMoreSchema,
  TriggerBaseSchema,
  wantedOf,
} from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('tag.added'),
  /** Compared with `$.payload.tag`. */
  filter: z.strictObject({ tag: OneOrMoreSchema.optional() }).optional(),
})

export const triggerTagAdded = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'tag.added',
  description: {
    'pt-BR': 'Começa quando o contato ganha uma etiqueta',
    en: 'Starts when the contact gets a tag',
  },
  icon: 'tag',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    { field: 'filter.tag', control: 'list', label: { 'pt-BR': 'Etiquetas', en: 'Tags' } },
  ],
  eventType: 'tag.added',
  matches: ({ filter }, { payload }) => isWanted(filter?.tag, payload['tag']),
  summarize: ({ filter }) => wantedOf(filter?.tag).join(', '),
})

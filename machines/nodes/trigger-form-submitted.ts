// Trigger `form.submitted`: a form was submitted, one of the named forms if any are named.

import { z } from 'zod'
import {
  defineTriggerKind,
  isWanted,
  OneOrMoreSchema,
  TriggerBaseSchema,
  wantedOf,
} from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('form.submitted'),
  /** Compared with `$.payload.form`. */
  filter: z.strictObject({ form: OneOrMoreSchema.optional() }).optional(),
})

export const triggerFormSubmitted = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'form.submitted',
  description: {
    'pt-BR': 'Começa quando um formulário é enviado',
    en: 'Starts when a form is submitted',
  },
  icon: 'clipboard-list',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    { field: 'filter.form', control: 'list', label: { 'pt-BR': 'Formulários', en: 'Forms' } },
  ],
  eventType: 'form.submitted',
  matches: ({ filter }, { payload }) => isWanted(filter?.form, payload['form']),
  summarize: ({ filter }) => wantedOf(filter?.form).join(', '),
})

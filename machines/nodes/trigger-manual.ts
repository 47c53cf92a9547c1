// Trigger `manual`: a person, the API or a `subflow` asks for a run of this workflow, `$.payload.workflowId`.

import { z } from 'zod'
import { ValueTypesSchema } from './value-types.ts'
import { defineTriggerKind, isMeant, TriggerBaseSchema } from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('manual'),
  /** What a workflow that calls this one must give, by name. */
  input: ValueTypesSchema.optional(),
  /** What an `end` of this workflow gives back, by name. */
  output: ValueTypesSchema.optional(),
})
type Trigger = z.infer<typeof Schema>

export const triggerManual = defineTriggerKind<Trigger>({
  type: 'manual',
  description: {
    'pt-BR': 'Começa quando uma pessoa ou a API pede',
    en: 'Starts when a person or the API asks',
  },
  icon: 'hand',
  schema: Schema,
  form: [
    {
      field: 'input',
      control: 'mapping',
      label: { 'pt-BR': 'Dados pedidos', en: 'Data asked for' },
    },
    {
      field: 'output',
      control: 'mapping',
      label: { 'pt-BR': 'Dados devolvidos', en: 'Data given back' },
    },
  ],
  eventType: 'run.requested',
  matches: (_, envelope, workflowId) => isMeant(envelope, workflowId),
  summarize: ({ input }) => Object.keys(input ?? {}).join(', '),
})

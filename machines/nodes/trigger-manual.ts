// Trigger `manual`: a person or the API asks for a run. Which workflow is meant, `$.payload.workflowId`, the actor checks.

import { z } from 'zod'
import { defineTriggerKind, TriggerBaseSchema } from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({ type: z.literal('manual') })

export const triggerManual = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'manual',
  description: {
    'pt-BR': 'Começa quando uma pessoa ou a API pede',
    en: 'Starts when a person or the API asks',
  },
  icon: 'hand',
  schema: Schema,
  eventType: 'run.requested',
  matches: () => true,
  summarize: () => '',
})

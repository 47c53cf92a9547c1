// Node `delay`: waits a span of time, counted in the tenant's zone.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import { defineNodeKind, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('delay'),
  /** ISO 8601, e.g. `PT10M`, `P1D`. */
  duration: DurationSchema,
})
  .omit({ onError: true })
  .strict()

export const delay = defineNodeKind<z.infer<typeof Schema>>({
  type: 'delay',
  description: { 'pt-BR': 'Espera um tempo', en: 'Waits for a while' },
  icon: 'timer',
  schema: Schema,
  form: [{ field: 'duration', control: 'duration', label: { 'pt-BR': 'Duração', en: 'Duration' } }],
  needs: () => ({}),
  ports: (node) => [nextPort(node)],
  lower: () => ({ shape: 'wait', after: { port: 'next' } }),
  behave: (node) => ({ delay: (now, zone) => millisecondsUntil(node.duration, now, zone) }),
  expressions: () => [],
  summarize: (node) => node.duration,
})

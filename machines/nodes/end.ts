// Node `end`: the run is finished.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { defineNodeKind } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({ type: z.literal('end') })
  .omit({ next: true, onError: true })
  .strict()

export const end = defineNodeKind<z.infer<typeof Schema>>({
  type: 'end',
  description: { 'pt-BR': 'Encerra o fluxo', en: 'Ends the workflow' },
  icon: 'circle-stop',
  schema: Schema,
  form: [],
  needs: () => ({}),
  ports: () => [],
  lower: () => ({ shape: 'end' }),
  behave: () => ({}),
  expressions: () => [],
  summarize: () => '',
})

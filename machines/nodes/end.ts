// Node `end`: the run is finished; what it gives back goes to the workflow that called it.

import { z } from 'zod'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileValue } from '../expression/value.ts'
import { defineNodeKind, expressionsIn } from './node-kind.ts'
import { VariableNameSchema } from './value-types.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('end'),
  output: z.record(VariableNameSchema, JsonSchema).optional(),
})
  .omit({ next: true, onError: true })
  .strict()

export const end = defineNodeKind<z.infer<typeof Schema>>({
  type: 'end',
  description: { 'pt-BR': 'Encerra o fluxo', en: 'Ends the workflow' },
  icon: 'circle-stop',
  schema: Schema,
  form: [{ field: 'output', control: 'mapping', label: { 'pt-BR': 'Saída', en: 'Output' } }],
  needs: () => ({}),
  ports: () => [],
  lower: ({ output }) => ({ shape: 'end', gives: output !== undefined }),
  behave: ({ output }) => {
    if (output === undefined) return {}
    const values = compileValue(output)
    return { assign: (scope) => values(scope) as Record<string, never> }
  },
  expressions: ({ output }) => expressionsIn(output ?? {}, '.output'),
  summarize: ({ output }) => Object.keys(output ?? {}).join(', '),
})

// Node `transform.json`: reshapes data by a JSONata expression; the outcome is the node's result. It runs as an
// effect, bounded in time and size, and not inside the machine.

import { z } from 'zod'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileValue } from '../expression/value.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('transform.json'),
  /** JSONata; it sees the input and nothing else. */
  expression: z.string().min(1).max(4000),
  /** Paths, placeholders and fixed values in any shape; left out: the payload. */
  input: JsonSchema.optional(),
}).strict()

export const transformJson = defineNodeKind<z.infer<typeof Schema>>({
  type: 'transform.json',
  description: { 'pt-BR': 'Transforma dados', en: 'Reshapes data' },
  icon: 'braces',
  schema: Schema,
  form: [
    { field: 'expression', control: 'textarea', label: { 'pt-BR': 'Expressão', en: 'Expression' } },
    { field: 'input', control: 'mapping', label: { 'pt-BR': 'Entrada', en: 'Input' } },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: ({ expression, input: source = '$.payload' }) => {
    const input = compileValue(source)
    return {
      command: (scope) => ({ kind: 'transform.json', expression, input: input(scope) ?? null }),
    }
  },
  expressions: (node) => expressionsIn(node.input ?? null, '.input'),
  summarize: (node) => node.expression,
})

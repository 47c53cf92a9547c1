// Node `if`: leaves by `then` when the condition holds, else by `else`; each left out means the next node.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileCondition, ConditionSchema, describeCondition } from '../expression/condition.ts'
import { defineNodeKind, expressionsIn } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('if'),
  condition: ConditionSchema,
  then: z.string().nullable().optional(),
  else: z.string().nullable().optional(),
})
  .omit({ next: true, onError: true })
  .strict()

export const ifKind = defineNodeKind<z.infer<typeof Schema>>({
  type: 'if',
  description: {
    'pt-BR': 'Divide o caminho por uma condição',
    en: 'Splits the path by a condition',
  },
  icon: 'git-branch',
  schema: Schema,
  form: [
    { field: 'condition', control: 'condition', label: { 'pt-BR': 'Condição', en: 'Condition' } },
    { field: 'then', control: 'node', label: { 'pt-BR': 'Se sim', en: 'If so' } },
    { field: 'else', control: 'node', label: { 'pt-BR': 'Se não', en: 'If not' } },
  ],
  needs: () => ({}),
  ports: (node) => [
    { name: 'then', label: null, target: node.then, path: '.then' },
    { name: 'else', label: null, target: node.else, path: '.else' },
  ],
  lower: () => ({ shape: 'choice' }),
  behave: (node) => {
    const holds = compileCondition(node.condition)
    return { choose: (scope) => (holds(scope) ? 'then' : 'else') }
  },
  expressions: (node) => expressionsIn(node.condition, '.condition'),
  summarize: (node) => describeCondition(node.condition),
})

// Node `goto`: leads to any other node; with history into a group where it was left.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { defineNodeKind } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('goto'),
  to: z.string(),
  /** `shallow` remembers the child of the group, `deep` also what was inside it. */
  history: z.enum(['shallow', 'deep']).optional(),
})
  .omit({ next: true, onError: true })
  .strict()

export const goto = defineNodeKind<z.infer<typeof Schema>>({
  type: 'goto',
  description: { 'pt-BR': 'Vai para outro estado', en: 'Goes to another state' },
  icon: 'corner-down-right',
  schema: Schema,
  form: [{ field: 'to', control: 'node', label: { 'pt-BR': 'Para onde', en: 'Where to' } }],
  needs: () => ({}),
  ports: (node) => [{ name: 'next', label: null, target: node.to, path: '.to' }],
  lower: (node) => ({ shape: 'jump', history: node.history ?? 'none' }),
  behave: () => ({}),
  expressions: () => [],
  summarize: (node) => node.to,
})

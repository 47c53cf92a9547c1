// Node `loop.for-each`: runs the nodes that it holds once for each item of a list, at most `max` times.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileValue } from '../expression/value.ts'
import { defineNodeKind, expressionsIn, nextPort } from './node-kind.ts'

const DEFAULT_MAX = 100
const HIGHEST_MAX = 1000

const Schema = NodeBaseSchema.extend({
  type: z.literal('loop.for-each'),
  /** Path to a list, e.g. `$.payload.items`. */
  items: z.string().min(1).max(2000),
  /** Variable that holds the item of the turn. */
  as: z.string().regex(/^[\p{L}_][\p{L}\p{N}_]{0,63}$/u),
  /** The budget: further items are left out. */
  max: z.number().int().min(1).max(HIGHEST_MAX).optional(),
}).strict()

export const loopForEach = defineNodeKind<z.infer<typeof Schema>>({
  type: 'loop.for-each',
  description: {
    'pt-BR': 'Repete para cada item de uma lista',
    en: 'Repeats for each item of a list',
  },
  icon: 'repeat',
  schema: Schema,
  form: [
    { field: 'items', control: 'text', label: { 'pt-BR': 'Lista', en: 'List' } },
    { field: 'as', control: 'text', label: { 'pt-BR': 'Nome do item', en: 'Name of the item' } },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node)],
  lower: (node) => ({ shape: 'loop', as: node.as, max: node.max ?? DEFAULT_MAX }),
  behave: (node) => {
    const items = compileValue(node.items)
    return { items: (scope) => items(scope) ?? [] }
  },
  expressions: (node) => expressionsIn(node.items, '.items'),
  summarize: (node) => `${node.as} · ${node.items}`,
})

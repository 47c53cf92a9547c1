// Node `set.variable`: keeps values under names that later nodes read as `$.vars.x` or `{{x}}`.

import { z } from 'zod'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileValue } from '../expression/value.ts'
import { defineNodeKind, expressionsIn, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('set.variable'),
  set: z.record(z.string().regex(/^[\p{L}_][\p{L}\p{N}_]{0,63}$/u), JsonSchema),
})
  .omit({ onError: true })
  .strict()

export const setVariable = defineNodeKind<z.infer<typeof Schema>>({
  type: 'set.variable',
  description: { 'pt-BR': 'Guarda valores para usar depois', en: 'Keeps values for later use' },
  icon: 'variable',
  schema: Schema,
  form: [{ field: 'set', control: 'mapping', label: { 'pt-BR': 'Variáveis', en: 'Variables' } }],
  needs: () => ({}),
  ports: (node) => [nextPort(node)],
  lower: () => ({ shape: 'assign' }),
  behave: (node) => {
    const values = Object.entries(node.set).map(
      ([key, value]) => [key, compileValue(value)] as const,
    )
    return {
      assign: (scope) =>
        Object.fromEntries(values.map(([key, value]) => [key, value(scope) ?? null])),
    }
  },
  expressions: (node) => expressionsIn(node.set, '.set'),
  summarize: (node) => Object.keys(node.set).join(', '),
})

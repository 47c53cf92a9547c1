// Node `switch`: leaves by the case that equals a value, else by `default`, else by `next`.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { pathStep } from '../expression/path.ts'
import { compileValue, textOf } from '../expression/value.ts'
import { defineNodeKind, expressionsIn, nextPort, type Port } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('switch'),
  on: z.string().min(1).max(2000),
  /** Value to node id; `default` catches the rest; `null` ends the run. */
  cases: z
    .record(z.string().max(200), z.string().nullable())
    .refine((cases) => Object.keys(cases).length <= 200, {
      message: 'at most 200 cases',
    }),
})
  .omit({ onError: true })
  .strict()
type Node = z.infer<typeof Schema>

export const switchKind = defineNodeKind<Node>({
  type: 'switch',
  description: { 'pt-BR': 'Escolhe o caminho por um valor', en: 'Chooses the path by a value' },
  icon: 'split',
  schema: Schema,
  form: [
    { field: 'on', control: 'text', label: { 'pt-BR': 'Valor', en: 'Value' } },
    { field: 'cases', control: 'cases', label: { 'pt-BR': 'Casos', en: 'Cases' } },
  ],
  needs: () => ({}),
  ports,
  lower: () => ({ shape: 'choice' }),
  behave: (node) => {
    const on = compileValue(node.on)
    const rest = Object.hasOwn(node.cases, 'default') ? 'default' : 'next'
    return {
      choose: (scope) => {
        const value = textOf(on(scope))
        return value !== 'default' && Object.hasOwn(node.cases, value) ? `case:${value}` : rest
      },
    }
  },
  expressions: (node) => expressionsIn(node.on, '.on'),
  summarize: (node) => node.on,
})

function ports(node: Node): Port[] {
  const cases = Object.entries(node.cases).map(([value, target]) => ({
    name: value === 'default' ? 'default' : `case:${value}`,
    label: value === 'default' ? null : value,
    target,
    path: `.cases${pathStep(value)}`,
  }))
  return Object.hasOwn(node.cases, 'default') ? cases : [...cases, nextPort(node)]
}

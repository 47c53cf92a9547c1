// Node `intent`: leaves by the intent that an earlier `ai.classify` found, if it was sure enough; else by `default`.

import { z } from 'zod'
import { isJsonObject, type Json } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { pathStep } from '../expression/path.ts'
import { compileValue } from '../expression/value.ts'
import { ConfidenceSchema } from './ai-fields.ts'
import { defineNodeKind, expressionsIn } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('intent'),
  /** The classifier's result: `$.n2`. */
  on: z.string().min(1).max(2000),
  /** Intent to node id; `null` ends the run. */
  cases: z
    .record(z.string().min(1).max(100), z.string().nullable())
    .refine((cases) => Object.keys(cases).length <= 50, { message: 'at most 50 intents' }),
  /** Below this the intent does not count; left out: any confidence is enough. */
  minConfidence: ConfidenceSchema.optional(),
  /** For the rest; left out: the next node. */
  default: z.string().nullable().optional(),
})
  .omit({ next: true, onError: true })
  .strict()
type Node = z.infer<typeof Schema>

export const intent = defineNodeKind<Node>({
  type: 'intent',
  description: {
    'pt-BR': 'Escolhe o caminho pela intenção reconhecida',
    en: 'Chooses the path by the recognised intent',
  },
  icon: 'brain',
  schema: Schema,
  form: [
    { field: 'on', control: 'text', label: { 'pt-BR': 'Classificação', en: 'Classification' } },
    { field: 'cases', control: 'cases', label: { 'pt-BR': 'Intenções', en: 'Intents' } },
    {
      field: 'minConfidence',
      control: 'number',
      label: { 'pt-BR': 'Confiança mínima', en: 'Least confidence' },
    },
    { field: 'default', control: 'node', label: { 'pt-BR': 'Nos demais casos', en: 'Otherwise' } },
  ],
  needs: () => ({}),
  ports: (node) => [
    ...Object.entries(node.cases).map(([name, target]) => ({
      name: `case:${name}`,
      label: name,
      target,
      path: `.cases${pathStep(name)}`,
    })),
    { name: 'default', label: null, target: node.default, path: '.default' },
  ],
  lower: () => ({ shape: 'choice' }),
  behave: (node) => {
    const on = compileValue(node.on)
    return { choose: (scope) => portFor(node, on(scope)) }
  },
  expressions: (node) => expressionsIn(node.on, '.on'),
  summarize: (node) =>
    node.minConfidence === undefined ? node.on : `${node.on} ≥ ${node.minConfidence}`,
})

function portFor({ cases, minConfidence = 0 }: Node, result: Json | undefined): string {
  if (!isJsonObject(result ?? null)) return 'default'
  const { intent: name, confidence } = result as { intent?: Json; confidence?: Json }
  if (typeof name !== 'string' || !Object.hasOwn(cases, name)) return 'default'
  const sureness = typeof confidence === 'number' ? confidence : 0
  return sureness >= minConfidence ? `case:${name}` : 'default'
}

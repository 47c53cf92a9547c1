// Node `ai.classify`: asks the model for the intent of a text; the result has `intent`, `confidence` and `entities`.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { AI_FIELDS, fallbackPorts, lowerAi } from './ai-fields.ts'
import { defineNodeKind, nextPort } from './node-kind.ts'
import { textsIn } from './send-fields.ts'

const MAX_INTENTS = 50
const MAX_KEYWORDS = 50

/** The seed's; `outro` is what the model answers when it is not sure. */
const DEFAULT_INTENTS = ['interesse_compra', 'suporte', 'agendamento', 'outro']

const Schema = NodeBaseSchema.extend({
  type: z.literal('ai.classify'),
  ...AI_FIELDS,
  /** The only intents that may come out; left out: the four of the platform. */
  intents: z.array(z.string().min(1).max(100)).min(2).max(MAX_INTENTS).optional(),
  /** Words that stand for an intent where the tenant has no model, by intent. */
  keywords: z
    .record(z.string().min(1).max(100), z.array(z.string().min(1).max(100)).max(MAX_KEYWORDS))
    .optional(),
})
  .strict()
  .refine(
    ({ intents = DEFAULT_INTENTS, keywords = {} }) =>
      Object.keys(keywords).every((name) => intents.includes(name)),
    { path: ['keywords'], message: 'each must be one of the intents' },
  )

export const aiClassify = defineNodeKind<z.infer<typeof Schema>>({
  type: 'ai.classify',
  description: { 'pt-BR': 'Reconhece a intenção de um texto', en: 'Recognises what a text wants' },
  icon: 'brain-circuit',
  schema: Schema,
  form: [
    { field: 'input', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'intents', control: 'list', label: { 'pt-BR': 'Intenções', en: 'Intents' } },
    {
      field: 'keywords',
      control: 'mapping',
      label: { 'pt-BR': 'Palavras quando não há modelo', en: 'Words where there is no model' },
    },
    {
      field: 'minConfidence',
      control: 'number',
      label: { 'pt-BR': 'Confiança mínima', en: 'Least confidence' },
    },
    {
      field: 'fallback',
      control: 'node',
      label: { 'pt-BR': 'Sem resposta segura', en: 'Without a sure answer' },
    },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...fallbackPorts(node)],
  lower: lowerAi,
  behave: ({ intents = DEFAULT_INTENTS, minConfidence = null, keywords, ...node }) => {
    const input = compileTemplate(node.input)
    return {
      command: (scope) => ({
        kind: 'ai.classify',
        input: input.render(scope),
        intents,
        minConfidence,
        ...(keywords !== undefined && { keywords }),
      }),
    }
  },
  expressions: ({ input }) => textsIn({ '.input': input }),
  summarize: ({ input }) => input,
})

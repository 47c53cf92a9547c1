// Node `ai.classify`: asks the model for the intent of a text; the result has `intent`, `confidence` and `entities`.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { AI_FIELDS, fallbackPorts, lowerAi } from './ai-fields.ts'
import { defineNodeKind, nextPort } from './node-kind.ts'
import { textsIn } from './send-fields.ts'

/** The seed's; `outro` is what the model answers when it is not sure. */
const DEFAULT_INTENTS = ['interesse_compra', 'suporte', 'agendamento', 'outro']

const Schema = NodeBaseSchema.extend({
  type: z.literal('ai.classify'),
  ...AI_FIELDS,
  /** The only intents that may come out; left out: the four of the platform. */
  intents: z.array(z.string().min(1).max(100)).min(2).max(50).optional(),
}).strict()

export const aiClassify = defineNodeKind<z.infer<typeof Schema>>({
  type: 'ai.classify',
  description: { 'pt-BR': 'Reconhece a intenção de um texto', en: 'Recognises what a text wants' },
  icon: 'brain-circuit',
  schema: Schema,
  form: [
    { field: 'input', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'intents', control: 'list', label: { 'pt-BR': 'Intenções', en: 'Intents' } },
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
  behave: ({ intents = DEFAULT_INTENTS, minConfidence = null, ...node }) => {
    const input = compileTemplate(node.input)
    return {
      command: (scope) => ({
        kind: 'ai.classify',
        input: input.render(scope),
        intents,
        minConfidence,
      }),
    }
  },
  expressions: ({ input }) => textsIn({ '.input': input }),
  summarize: ({ input }) => input,
})

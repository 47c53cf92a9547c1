// Node `ai.extract`: asks the model for data out of a text; the result has the shape of the given JSON schema.

import { z } from 'zod'
import { JsonObjectSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { AI_FIELDS, fallbackPorts, lowerAi } from './ai-fields.ts'
import { defineNodeKind, nextPort } from './node-kind.ts'
import { textsIn } from './send-fields.ts'

const MAX_SCHEMA_CHARS = 20_000

const Schema = NodeBaseSchema.extend({
  type: z.literal('ai.extract'),
  ...AI_FIELDS,
  /** JSON schema of an object. */
  schema: JsonObjectSchema.refine((schema) => schema['type'] === 'object', {
    message: 'must describe an object',
  }).refine((schema) => JSON.stringify(schema).length <= MAX_SCHEMA_CHARS, {
    message: `at most ${MAX_SCHEMA_CHARS} characters`,
  }),
}).strict()

export const aiExtract = defineNodeKind<z.infer<typeof Schema>>({
  type: 'ai.extract',
  description: {
    'pt-BR': 'Extrai dados de um texto com IA',
    en: 'Takes data out of a text with AI',
  },
  icon: 'scan-text',
  schema: Schema,
  form: [
    { field: 'input', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'schema', control: 'textarea', label: { 'pt-BR': 'Formato', en: 'Schema' } },
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
  behave: ({ schema, minConfidence = null, ...node }) => {
    const input = compileTemplate(node.input)
    return {
      command: (scope) => ({
        kind: 'ai.extract',
        input: input.render(scope),
        schema,
        minConfidence,
      }),
    }
  },
  expressions: ({ input }) => textsIn({ '.input': input }),
  summarize: ({ input }) => input,
})

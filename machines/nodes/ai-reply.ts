// Node `ai.reply`: asks the model for an answer to a text; the result has `reply_text`, and `needs_person` where a
// person has to answer, as with prices and payments. It sends nothing itself.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { AI_FIELDS, fallbackPorts, lowerAi } from './ai-fields.ts'
import { defineNodeKind, nextPort, type Port } from './node-kind.ts'
import { compileOptional, textsIn } from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('ai.reply'),
  ...AI_FIELDS,
  /** Persona, limits and facts for this answer. */
  instructions: z.string().min(1).max(10_000).optional(),
  /** Where it goes on when a person has to answer; left out: `next`, with `needs_person` in the result. */
  person: z.string().nullable().optional(),
}).strict()

export const aiReply = defineNodeKind<z.infer<typeof Schema>>({
  type: 'ai.reply',
  description: { 'pt-BR': 'Escreve uma resposta com IA', en: 'Writes an answer with AI' },
  icon: 'sparkles',
  schema: Schema,
  form: [
    { field: 'input', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    {
      field: 'instructions',
      control: 'template',
      label: { 'pt-BR': 'Instruções', en: 'Instructions' },
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
    {
      field: 'person',
      control: 'node',
      label: { 'pt-BR': 'Uma pessoa responde', en: 'A person has to answer' },
    },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...personPort(node), ...fallbackPorts(node)],
  lower: (node) => ({ ...lowerAi(node), flag: { field: 'needs_person', port: 'person' } }),
  behave: ({ minConfidence = null, ...node }) => {
    const input = compileTemplate(node.input)
    const instructions = compileOptional(node.instructions)
    return {
      command: (scope) => ({
        kind: 'ai.reply',
        input: input.render(scope),
        instructions: instructions(scope),
        minConfidence,
      }),
    }
  },
  expressions: ({ input, instructions }) =>
    textsIn({ '.input': input, '.instructions': instructions }),
  summarize: ({ input }) => input,
})

function personPort({ person }: z.infer<typeof Schema>): Port[] {
  return person === undefined
    ? []
    : [{ name: 'person', label: 'person', target: person, path: '.person' }]
}

// Node `note`: keeps a remark that later nodes read as `$.vars.note`.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, nextPort } from '../nodes/node-kind.ts'

const Schema = NodeBaseSchema.extend({ type: z.literal('note'), text: z.string() }).strict()

export const note = defineNodeKind<z.infer<typeof Schema>>({
  type: 'note',
  description: { 'pt-BR': 'Guarda uma anotação', en: 'Keeps a remark' },
  icon: 'sticky-note',
  schema: Schema,
  form: [{ field: 'text', control: 'template', label: { 'pt-BR': 'Anotação', en: 'Remark' } }],
  needs: () => ({}),
  ports: (node) => [nextPort(node)],
  lower: () => ({ shape: 'assign' }),
  behave: (node) => {
    const text = compileTemplate(node.text)
    return { assign: (scope) => ({ note: text.render(scope) }) }
  },
  expressions: (node) => [{ path: '.text', source: node.text, isText: true }],
  summarize: (node) => node.text,
})

// Node `parallel`: its groups run side by side; it is left when all of them are done.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { defineNodeKind, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({ type: z.literal('parallel') }).strict()

export const parallel = defineNodeKind<z.infer<typeof Schema>>({
  type: 'parallel',
  description: {
    'pt-BR': 'Segue vários caminhos ao mesmo tempo',
    en: 'Follows several paths at once',
  },
  icon: 'columns-2',
  schema: Schema,
  form: [],
  needs: () => ({}),
  ports: (node) => [nextPort(node)],
  lower: () => ({ shape: 'parallel' }),
  behave: () => ({}),
  expressions: () => [],
  summarize: () => '',
})

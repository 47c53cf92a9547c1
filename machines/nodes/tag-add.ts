// Node `tag.add`: puts tags on the contact; those that it has already stay.

import { z } from 'zod'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import { compileTags, TAG_FORM, tagExpressions, TagNodeSchema } from './tag-fields.ts'

const Schema = TagNodeSchema.extend({ type: z.literal('tag.add') })

export const tagAdd = defineNodeKind<z.infer<typeof Schema>>({
  type: 'tag.add',
  description: { 'pt-BR': 'Põe etiquetas no contato', en: 'Puts tags on the contact' },
  icon: 'tag',
  schema: Schema,
  form: TAG_FORM,
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const tags = compileTags(node.tags)
    return { command: (scope) => ({ kind: 'tag.add', tags: tags(scope) }) }
  },
  expressions: (node) => tagExpressions(node.tags),
  summarize: (node) => node.tags.join(', '),
})

// Node `tag.remove`: takes tags off the contact, also those that it does not have.

import { z } from 'zod'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import { compileTags, TAG_FORM, tagExpressions, TagNodeSchema } from './tag-fields.ts'

const Schema = TagNodeSchema.extend({ type: z.literal('tag.remove') })

export const tagRemove = defineNodeKind<z.infer<typeof Schema>>({
  type: 'tag.remove',
  description: { 'pt-BR': 'Tira etiquetas do contato', en: 'Takes tags off the contact' },
  icon: 'tag-x',
  schema: Schema,
  form: TAG_FORM,
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const tags = compileTags(node.tags)
    return { command: (scope) => ({ kind: 'tag.remove', tags: tags(scope) }) }
  },
  expressions: (node) => tagExpressions(node.tags),
  summarize: (node) => node.tags.join(', '),
})

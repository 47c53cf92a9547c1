// Trigger `message.received.email`: the contact wrote an e-mail and no run was waiting for it.

import { z } from 'zod'
import { isJsonObject } from '../contracts/json.ts'
import { containsOne } from './contains-one.ts'
import { defineTriggerKind, TriggerBaseSchema } from './trigger-kind.ts'

const Words = z.array(z.string().min(1).max(100)).min(1).max(100)

const Schema = TriggerBaseSchema.extend({
  type: z.literal('message.received.email'),
  /** Starts only when subject, or text, contains one of these, whatever the case. */
  filter: z.strictObject({ subject: Words.optional(), contains: Words.optional() }).optional(),
})

export const triggerMessageReceivedEmail = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'message.received.email',
  description: {
    'pt-BR': 'Começa quando o contato escreve um e-mail',
    en: 'Starts when the contact writes an e-mail',
  },
  icon: 'mail',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    {
      field: 'filter.subject',
      control: 'list',
      label: { 'pt-BR': 'O assunto contém', en: 'The subject contains' },
    },
    {
      field: 'filter.contains',
      control: 'list',
      label: { 'pt-BR': 'O texto contém', en: 'The text contains' },
    },
  ],
  eventType: 'message.received',
  matches: ({ filter }, { payload }) => {
    if (payload['channel'] !== 'email') return false
    const content = payload['content']
    const subject = isJsonObject(content) ? content['subject'] : undefined
    return containsOne(subject, filter?.subject) && containsOne(payload['text'], filter?.contains)
  },
  summarize: ({ filter }) => [...(filter?.subject ?? []), ...(filter?.contains ?? [])].join(', '),
})

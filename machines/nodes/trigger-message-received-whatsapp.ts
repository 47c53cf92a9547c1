// Trigger `message.received.whatsapp`: the contact wrote on WhatsApp and no run was waiting for it.

import { z } from 'zod'
import { containsOne } from './contains-one.ts'
import { defineTriggerKind, TriggerBaseSchema } from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('message.received.whatsapp'),
  /** Starts only when the text contains one of these, whatever the case. */
  filter: z
    .strictObject({ contains: z.array(z.string().min(1).max(100)).min(1).max(100).optional() })
    .optional(),
})

export const triggerMessageReceivedWhatsapp = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'message.received.whatsapp',
  description: {
    'pt-BR': 'Começa quando o contato escreve no WhatsApp',
    en: 'Starts when the contact writes on WhatsApp',
  },
  icon: 'message-circle',
  schema: Schema,
  form: [
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    {
      field: 'filter.contains',
      control: 'list',
      label: { 'pt-BR': 'O texto contém', en: 'The text contains' },
    },
  ],
  eventType: 'message.received',
  matches: (trigger, envelope) => {
    if (envelope.payload['channel'] !== 'whatsapp') return false
    return containsOne(envelope.payload['text'], trigger.filter?.contains)
  },
  summarize: (trigger) => (trigger.filter?.contains ?? []).join(', '),
})

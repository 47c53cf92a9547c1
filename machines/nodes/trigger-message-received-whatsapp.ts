// Trigger `message.received.whatsapp`: the contact wrote on WhatsApp and no run was waiting for it.

import { z } from 'zod'
import { defineTriggerKind } from './trigger-kind.ts'

const Schema = z.strictObject({
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
  eventType: 'message.received',
  matches: (trigger, envelope) => {
    if (envelope.payload['channel'] !== 'whatsapp') return false
    const words = trigger.filter?.contains
    if (words === undefined) return true
    const { text } = envelope.payload
    if (typeof text !== 'string') return false
    const lowered = text.toLocaleLowerCase('pt-BR')
    return words.some((word) => lowered.includes(word.toLocaleLowerCase('pt-BR')))
  },
  summarize: (trigger) => (trigger.filter?.contains ?? []).join(', '),
})

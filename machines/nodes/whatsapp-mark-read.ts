// Node `whatsapp.mark_read`: shows the contact that the message was read and, if asked, that somebody is writing.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import { compileOptional, limitedText, textsIn } from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.mark_read'),
  /** The provider's id of the message; left out: the contact's last one. */
  messageId: limitedText(512).optional(),
  /** Shows for up to 25 seconds, or until something is sent, that somebody writes. */
  typing: z.boolean().optional(),
}).strict()

export const whatsappMarkRead = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.mark_read',
  description: {
    'pt-BR': 'Marca a mensagem como lida e mostra “digitando” no WhatsApp',
    en: 'Marks the message as read and shows “typing” on WhatsApp',
  },
  icon: 'check-check',
  schema: Schema,
  form: [
    { field: 'typing', control: 'choice', label: { 'pt-BR': 'Digitando', en: 'Typing' } },
    { field: 'messageId', control: 'template', label: { 'pt-BR': 'Mensagem', en: 'Message' } },
  ],
  needs: () => ({ channel: 'whatsapp', isSilent: true }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const messageId = compileOptional(node.messageId)
    return {
      command: (scope) => ({
        kind: 'whatsapp.mark_read',
        messageId: messageId(scope),
        typing: node.typing ?? false,
      }),
    }
  },
  expressions: ({ messageId }) => textsIn({ '.messageId': messageId }),
  summarize: ({ typing }) => (typing ? '✓✓ …' : '✓✓'),
})

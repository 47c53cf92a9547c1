// Node `whatsapp.send_reaction`: puts an emoji on a message of the contact, or takes it back.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import {
  compileOptional,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  PurposeSchema,
  textsIn,
} from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_reaction'),
  /** One emoji; empty takes the reaction back. */
  emoji: z.string().max(200),
  /** The provider's id of the message; left out: the contact's last one. */
  messageId: limitedText(512).optional(),
  purpose: PurposeSchema.optional(),
}).strict()

export const whatsappSendReaction = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.send_reaction',
  description: {
    'pt-BR': 'Reage com um emoji a uma mensagem no WhatsApp',
    en: 'Reacts to a message with an emoji on WhatsApp',
  },
  icon: 'smile-plus',
  schema: Schema,
  form: [
    { field: 'emoji', control: 'text', label: { 'pt-BR': 'Emoji', en: 'Emoji' } },
    { field: 'messageId', control: 'template', label: { 'pt-BR': 'Mensagem', en: 'Message' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const emoji = compileTemplate(node.emoji)
    const messageId = compileOptional(node.messageId)
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_reaction',
        emoji: emoji.render(scope),
        messageId: messageId(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ emoji, messageId }) => textsIn({ '.emoji': emoji, '.messageId': messageId }),
  summarize: ({ emoji }) => emoji || '–',
})

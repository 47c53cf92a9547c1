// Node `whatsapp.send_text`: sends a text; leaves when the provider has accepted it.

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

/** Cloud API: text.body holds at most 4096 characters. */
const MAX_TEXT = 4096

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_text'),
  text: z.string().min(1).max(MAX_TEXT),
  previewUrl: z.boolean().optional(),
  /** The message that it answers: a provider's id, or `last` for the contact's last one. */
  replyTo: limitedText(512).optional(),
  purpose: PurposeSchema.optional(),
}).strict()

export const whatsappSendText = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.send_text',
  description: { 'pt-BR': 'Envia um texto pelo WhatsApp', en: 'Sends a text over WhatsApp' },
  icon: 'message-square-text',
  schema: Schema,
  form: [
    { field: 'text', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'replyTo', control: 'template', label: { 'pt-BR': 'Responde a', en: 'Replies to' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const text = compileTemplate(node.text)
    const replyTo = compileOptional(node.replyTo)
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_text',
        text: text.render(scope),
        previewUrl: node.previewUrl ?? false,
        ...(node.replyTo !== undefined && { replyTo: replyTo(scope) ?? '' }),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ text, replyTo }) => textsIn({ '.text': text, '.replyTo': replyTo }),
  summarize: (node) => node.text,
})

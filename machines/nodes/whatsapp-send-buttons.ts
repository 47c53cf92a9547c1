// Node `whatsapp.send_buttons`: sends a text with up to three reply buttons; the answer is a message of the contact.

import { z } from 'zod'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import {
  areDistinct,
  compileOptional,
  INTERACTIVE_FIELDS,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  textsIn,
} from './send-fields.ts'

const LIMITS = WHATSAPP_LIMITS.buttons

const ButtonSchema = z.strictObject({
  /** Comes back with the answer. */
  id: z.string().trim().min(1).max(LIMITS.id),
  title: limitedText(LIMITS.title),
})

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_buttons'),
  body: limitedText(LIMITS.body),
  ...INTERACTIVE_FIELDS,
  buttons: z
    .array(ButtonSchema)
    .min(1)
    .max(LIMITS.count)
    .refine((buttons) => areDistinct(buttons.map(({ id }) => id)), { message: 'ids must differ' })
    .refine((buttons) => areDistinct(buttons.map(({ title }) => title)), {
      message: 'titles must differ',
    }),
}).strict()
type Node = z.infer<typeof Schema>

export const whatsappSendButtons = defineNodeKind<Node>({
  type: 'whatsapp.send_buttons',
  description: {
    'pt-BR': 'Envia um texto com botões pelo WhatsApp',
    en: 'Sends a text with buttons over WhatsApp',
  },
  icon: 'mouse-pointer-click',
  schema: Schema,
  form: [
    { field: 'body', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'buttons', control: 'list', label: { 'pt-BR': 'Botões', en: 'Buttons' } },
    { field: 'header', control: 'template', label: { 'pt-BR': 'Cabeçalho', en: 'Header' } },
    { field: 'footer', control: 'template', label: { 'pt-BR': 'Rodapé', en: 'Footer' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const body = compileTemplate(node.body)
    const header = compileOptional(node.header)
    const footer = compileOptional(node.footer)
    const buttons = node.buttons.map(({ id, title }) => ({ id, title: compileTemplate(title) }))
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_buttons',
        header: header(scope),
        body: body.render(scope),
        footer: footer(scope),
        buttons: buttons.map(({ id, title }) => ({ id, title: title.render(scope) })),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ header, body, footer, buttons }) =>
    textsIn({
      '.header': header,
      '.body': body,
      '.footer': footer,
      ...Object.fromEntries(buttons.map(({ title }, index) => [`.buttons[${index}].title`, title])),
    }),
  summarize: (node) => `${node.body} [${node.buttons.map(({ title }) => title).join(' | ')}]`,
})

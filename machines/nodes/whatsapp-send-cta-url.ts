// Node `whatsapp.send_cta_url`: sends a text with one button that opens an address.

import { z } from 'zod'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate, isTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import {
  compileOptional,
  INTERACTIVE_FIELDS,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  textsIn,
} from './send-fields.ts'

const { cta, link } = WHATSAPP_LIMITS

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_cta_url'),
  body: limitedText(cta.body),
  /** The words on the button. */
  button: limitedText(cta.button),
  url: limitedText(link).refine(isAddress, { message: 'must begin with https:// or http://' }),
  ...INTERACTIVE_FIELDS,
}).strict()

export const whatsappSendCtaUrl = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.send_cta_url',
  description: {
    'pt-BR': 'Envia um texto com um botão que abre um link pelo WhatsApp',
    en: 'Sends a text with a button that opens a link over WhatsApp',
  },
  icon: 'external-link',
  schema: Schema,
  form: [
    { field: 'body', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'button', control: 'template', label: { 'pt-BR': 'Botão', en: 'Button' } },
    { field: 'url', control: 'template', label: { 'pt-BR': 'Endereço', en: 'Link' } },
    { field: 'header', control: 'template', label: { 'pt-BR': 'Cabeçalho', en: 'Header' } },
    { field: 'footer', control: 'template', label: { 'pt-BR': 'Rodapé', en: 'Footer' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const body = compileTemplate(node.body)
    const button = compileTemplate(node.button)
    const url = compileTemplate(node.url)
    const header = compileOptional(node.header)
    const footer = compileOptional(node.footer)
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_cta_url',
        header: header(scope),
        body: body.render(scope),
        footer: footer(scope),
        button: button.render(scope),
        url: url.render(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ header, body, footer, button, url }) =>
    textsIn({
      '.header': header,
      '.body': body,
      '.footer': footer,
      '.button': button,
      '.url': url,
    }),
  summarize: ({ body, button }) => `${body} [${button}]`,
})

/** An address that is a placeholder from its first character on shows only when it is rendered. */
function isAddress(url: string): boolean {
  return /^https?:\/\//.test(url) || (isTemplate(url) && url.startsWith('{'))
}

// Node `whatsapp.send_template`: sends an approved template, the only message that may open a conversation.

import { z } from 'zod'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'
import { compileVars, PURPOSE_FORM, purposeOf, PurposeSchema, textsIn } from './send-fields.ts'
import {
  compileFilling,
  TEMPLATE_BUTTONS,
  TEMPLATE_HEADER,
  textsOfFilling,
} from './template-filling.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.send_template'),
  template: z.string().regex(/^[a-z0-9_]{1,512}$/),
  /** `pt_BR`, `en`; left out: the language that the tenant's template has. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/)
    .optional(),
  /** Placeholder name to value. */
  vars: z.record(z.string().min(1).max(100), JsonSchema).optional(),
  /** What stands above the body, where the template has such a place. */
  header: TEMPLATE_HEADER.optional(),
  /** What its buttons are filled with. */
  buttons: TEMPLATE_BUTTONS.optional(),
  purpose: PurposeSchema.optional(),
}).strict()

export const whatsappSendTemplate = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.send_template',
  description: {
    'pt-BR': 'Envia um modelo aprovado pelo WhatsApp',
    en: 'Sends an approved WhatsApp template',
  },
  icon: 'layout-template',
  schema: Schema,
  form: [
    { field: 'template', control: 'text', label: { 'pt-BR': 'Modelo', en: 'Template' } },
    { field: 'vars', control: 'mapping', label: { 'pt-BR': 'Variáveis', en: 'Variables' } },
    { field: 'header', control: 'mapping', label: { 'pt-BR': 'Cabeçalho', en: 'Header' } },
    { field: 'buttons', control: 'list', label: { 'pt-BR': 'Botões', en: 'Buttons' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', template: node.template, ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const vars = compileVars(node.vars)
    const filling = compileFilling(node)
    return {
      command: (scope) => ({
        kind: 'whatsapp.send_template',
        template: node.template,
        language: node.language ?? null,
        vars: vars(scope),
        ...filling(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: (node) => [
    ...expressionsIn(node.vars ?? {}, '.vars'),
    ...textsIn(textsOfFilling(node)),
  ],
  summarize: (node) => node.template,
})

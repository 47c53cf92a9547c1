// Node `email.send_template`: sends an e-mail by a template of the tenant.

import { z } from 'zod'
import { EMAIL_LIMITS } from '../contracts/email-command.ts'
import { JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileExtras, EMAIL_FIELDS, extrasExpressions } from './email-fields.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'
import {
  compileOptional,
  compileVars,
  limitedText,
  PURPOSE_FORM,
  purposeOf,
  PurposeSchema,
  textsIn,
} from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('email.send_template'),
  template: z.string().regex(/^[a-z0-9_]{1,512}$/),
  /** `pt_BR`, `en`; left out: the language that the tenant's template has. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/)
    .optional(),
  /** Placeholder name to value. */
  vars: z.record(z.string().min(1).max(100), JsonSchema).optional(),
  /** Instead of the template's. */
  subject: limitedText(EMAIL_LIMITS.subject).optional(),
  ...EMAIL_FIELDS,
  purpose: PurposeSchema.optional(),
}).strict()

export const emailSendTemplate = defineNodeKind<z.infer<typeof Schema>>({
  type: 'email.send_template',
  description: { 'pt-BR': 'Envia um e-mail por um modelo', en: 'Sends an e-mail by a template' },
  icon: 'mail',
  schema: Schema,
  form: [
    { field: 'template', control: 'text', label: { 'pt-BR': 'Modelo', en: 'Template' } },
    { field: 'vars', control: 'mapping', label: { 'pt-BR': 'Variáveis', en: 'Variables' } },
    { field: 'subject', control: 'template', label: { 'pt-BR': 'Assunto', en: 'Subject' } },
    {
      field: 'replyTo',
      control: 'template',
      label: { 'pt-BR': 'Responder para', en: 'Reply to' },
    },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'email', template: node.template, ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: ({ template, language = null, ...node }) => {
    const vars = compileVars(node.vars)
    const subject = compileOptional(node.subject)
    const extras = compileExtras(node)
    return {
      command: (scope) => {
        const title = subject(scope)
        return {
          kind: 'email.send_template',
          template,
          language,
          vars: vars(scope),
          ...(title && { subject: title }),
          ...extras(scope),
          ...purposeOf(node),
        }
      },
    }
  },
  expressions: (node) => [
    ...expressionsIn(node.vars ?? {}, '.vars'),
    ...textsIn({ '.subject': node.subject }),
    ...extrasExpressions(node),
  ],
  summarize: (node) => node.template,
})

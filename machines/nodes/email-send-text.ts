// Node `email.send_text`: sends a short letter in plain words, without a template.

import { z } from 'zod'
import { EMAIL_LIMITS } from '../contracts/email-command.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { compileExtras, EMAIL_FIELDS, extrasExpressions } from './email-fields.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import { limitedText, PURPOSE_FORM, purposeOf, PurposeSchema, textsIn } from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('email.send_text'),
  subject: limitedText(EMAIL_LIMITS.subject),
  text: z.string().min(1).max(EMAIL_LIMITS.text),
  ...EMAIL_FIELDS,
  purpose: PurposeSchema.optional(),
}).strict()

export const emailSendText = defineNodeKind<z.infer<typeof Schema>>({
  type: 'email.send_text',
  description: { 'pt-BR': 'Envia um e-mail simples, só texto', en: 'Sends a plain text e-mail' },
  icon: 'mail-open',
  schema: Schema,
  form: [
    { field: 'subject', control: 'template', label: { 'pt-BR': 'Assunto', en: 'Subject' } },
    { field: 'text', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    {
      field: 'replyTo',
      control: 'template',
      label: { 'pt-BR': 'Responder para', en: 'Reply to' },
    },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'email', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const subject = compileTemplate(node.subject)
    const text = compileTemplate(node.text)
    const extras = compileExtras(node)
    return {
      command: (scope) => ({
        kind: 'email.send_text',
        subject: subject.render(scope),
        text: text.render(scope),
        ...extras(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: (node) => [
    ...textsIn({ '.subject': node.subject, '.text': node.text }),
    ...extrasExpressions(node),
  ],
  summarize: (node) => node.subject,
})

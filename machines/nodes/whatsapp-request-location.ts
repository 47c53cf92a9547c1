// Node `whatsapp.request_location`: sends a text with a button by which the person says where they are; what they
// send is a message of kind `location`.

import { z } from 'zod'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import { limitedText, PURPOSE_FORM, purposeOf, PurposeSchema, textsIn } from './send-fields.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('whatsapp.request_location'),
  body: limitedText(WHATSAPP_LIMITS.locationRequest.body),
  purpose: PurposeSchema.optional(),
}).strict()

export const whatsappRequestLocation = defineNodeKind<z.infer<typeof Schema>>({
  type: 'whatsapp.request_location',
  description: {
    'pt-BR': 'Pede a localização da pessoa pelo WhatsApp',
    en: 'Asks for the person’s location over WhatsApp',
  },
  icon: 'map-pin',
  schema: Schema,
  form: [
    { field: 'body', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: 'whatsapp', ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const body = compileTemplate(node.body)
    return {
      command: (scope) => ({
        kind: 'whatsapp.request_location',
        body: body.render(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: ({ body }) => textsIn({ '.body': body }),
  summarize: ({ body }) => body,
})

// Node `message.send_text`: sends a text on any channel that a connector speaks, or where the contact wrote last.

import { z } from 'zod'
import { CHANNEL_KIND_PATTERN, LAST_CHANNEL } from '../contracts/channel.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileTemplate } from '../expression/template.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'
import { PURPOSE_FORM, purposeOf, PurposeSchema } from './send-fields.ts'

/** What the narrowest of the usual chats takes; each connector has its own limit besides. */
const MAX_TEXT = 4096

const Schema = NodeBaseSchema.extend({
  type: z.literal('message.send_text'),
  text: z.string().min(1).max(MAX_TEXT),
  /** Left out: where the contact wrote last. */
  channel: z.string().regex(CHANNEL_KIND_PATTERN).optional(),
  purpose: PurposeSchema.optional(),
}).strict()

type Node = z.infer<typeof Schema>

export const messageSendText = defineNodeKind<Node>({
  type: 'message.send_text',
  description: {
    'pt-BR': 'Envia um texto por um canal à escolha, ou por onde o contato escreveu por último',
    en: 'Sends a text over a channel of choice, or where the contact wrote last',
  },
  icon: 'message-square-reply',
  schema: Schema,
  form: [
    { field: 'text', control: 'template', label: { 'pt-BR': 'Texto', en: 'Text' } },
    { field: 'channel', control: 'text', label: { 'pt-BR': 'Canal', en: 'Channel' } },
    PURPOSE_FORM,
  ],
  needs: (node) => ({ channel: channelOf(node), ...purposeOf(node) }),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const text = compileTemplate(node.text)
    return {
      command: (scope) => ({
        kind: 'message.send_text',
        channel: channelOf(node),
        text: text.render(scope),
        ...purposeOf(node),
      }),
    }
  },
  expressions: (node) => [{ path: '.text', source: node.text, isText: true }],
  summarize: (node) => node.text,
})

function channelOf({ channel }: Node): string {
  return channel ?? LAST_CHANNEL
}

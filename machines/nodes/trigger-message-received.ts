// Trigger `message.received`: the contact wrote, on whichever channel or on the one named, and no run was waiting for it.

import { z } from 'zod'
import { CHANNEL_KIND_PATTERN } from '../contracts/channel.ts'
import { containsOne } from './contains-one.ts'
import { defineTriggerKind, TriggerBaseSchema } from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('message.received'),
  /** Left out: any. */
  channel: z.string().regex(CHANNEL_KIND_PATTERN).optional(),
  /** Starts only when the text contains one of these, whatever the case. */
  filter: z
    .strictObject({ contains: z.array(z.string().min(1).max(100)).min(1).max(100).optional() })
    .optional(),
})

export const triggerMessageReceived = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'message.received',
  description: {
    'pt-BR': 'Começa quando o contato escreve, em qualquer canal ou em um só',
    en: 'Starts when the contact writes, on any channel or on one',
  },
  icon: 'message-circle-more',
  schema: Schema,
  form: [
    { field: 'channel', control: 'text', label: { 'pt-BR': 'Canal', en: 'Channel' } },
    { field: 'filter', control: 'mapping', label: { 'pt-BR': 'Filtro', en: 'Filter' } },
    {
      field: 'filter.contains',
      control: 'list',
      label: { 'pt-BR': 'O texto contém', en: 'The text contains' },
    },
  ],
  eventType: 'message.received',
  matches: ({ channel, filter }, { payload }) =>
    (channel === undefined || payload['channel'] === channel) &&
    containsOne(payload['text'], filter?.contains),
  summarize: ({ channel, filter }) =>
    [...(channel === undefined ? [] : [channel]), ...(filter?.contains ?? [])].join(', '),
})

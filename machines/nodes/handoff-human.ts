// Node `handoff.human`: waits until a person has given the conversation back, or the time-out passes.

import { z } from 'zod'
import { HANDOFF_RETURNED } from '../contracts/event.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import { defineNodeKind, nextPort, type Port } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('handoff.human'),
  timeout: DurationSchema.optional(),
  timeoutNext: z.string().nullable().optional(),
})
  .omit({ onError: true })
  .strict()
  .refine((node) => node.timeout !== undefined || node.timeoutNext === undefined, {
    message: 'timeoutNext needs timeout',
    path: ['timeout'],
  })
type Node = z.infer<typeof Schema>

export const handoffHuman = defineNodeKind<Node>({
  type: 'handoff.human',
  description: {
    'pt-BR': 'Passa a conversa para uma pessoa',
    en: 'Hands the conversation to a person',
  },
  icon: 'headset',
  schema: Schema,
  form: [
    { field: 'timeout', control: 'duration', label: { 'pt-BR': 'Prazo', en: 'Time-out' } },
    {
      field: 'timeoutNext',
      control: 'node',
      label: { 'pt-BR': 'Depois do prazo', en: 'After the time-out' },
    },
  ],
  needs: () => ({}),
  ports,
  lower: (node) => ({
    shape: 'wait',
    event: { type: HANDOFF_RETURNED, port: 'next' },
    ...(node.timeout === undefined ? {} : { after: { port: 'timeout' } }),
  }),
  behave: ({ timeout }) =>
    timeout === undefined ? {} : { delay: (now, zone) => millisecondsUntil(timeout, now, zone) },
  expressions: () => [],
  summarize: ({ timeout }) => timeout ?? '',
})

function ports(node: Node): Port[] {
  if (node.timeout === undefined) return [nextPort(node)]
  return [
    nextPort(node),
    { name: 'timeout', label: node.timeout, target: node.timeoutNext, path: '.timeoutNext' },
  ]
}

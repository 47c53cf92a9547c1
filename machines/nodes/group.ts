// Node `group`: holds nodes as one state, with reactions and a time-out that hold wherever the contact is inside.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import { AwaitedEventSchema } from './awaited-event.ts'
import { defineNodeKind, nextPort, type Port } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('group'),
  /** What leads out of the group from any state inside. */
  on: z
    .array(
      z.strictObject({
        event: AwaitedEventSchema,
        next: z.string().nullable(),
      }),
    )
    .max(50)
    .optional(),
  timeout: DurationSchema.optional(),
  timeoutNext: z.string().nullable().optional(),
})
  .strict()
  .refine((node) => node.timeout !== undefined || node.timeoutNext === undefined, {
    message: 'timeoutNext needs timeout',
    path: ['timeout'],
  })
type Node = z.infer<typeof Schema>

export const group = defineNodeKind<Node>({
  type: 'group',
  description: {
    'pt-BR': 'Reúne estados que reagem juntos',
    en: 'Holds states that react together',
  },
  icon: 'group',
  schema: Schema,
  form: [
    {
      field: 'on',
      control: 'list',
      label: { 'pt-BR': 'Sai do grupo quando', en: 'Leaves the group when' },
    },
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
    shape: 'group',
    events: (node.on ?? []).map(({ event }, index) => ({ type: event, port: `on:${index}` })),
    ...(node.timeout === undefined ? {} : { after: { port: 'timeout' } }),
  }),
  behave: ({ timeout }) =>
    timeout === undefined ? {} : { delay: (now, zone) => millisecondsUntil(timeout, now, zone) },
  expressions: () => [],
  summarize: (node) => (node.on ?? []).map(({ event }) => event).join(', '),
})

/** `onError` of a container is no way out of its own: it catches the failures inside. */
function ports(node: Node): Port[] {
  const reactions = (node.on ?? []).map(({ event, next }, index) => ({
    name: `on:${index}`,
    label: event,
    target: next,
    path: `.on[${index}].next`,
  }))
  const timeout = { name: 'timeout', label: node.timeout ?? null, target: node.timeoutNext }
  return [
    nextPort(node),
    ...reactions,
    ...(node.timeout === undefined ? [] : [{ ...timeout, path: '.timeoutNext' }]),
  ]
}

// Node `wait.for.event`: waits until an event of the contact arrives, or the time-out passes.

import { z } from 'zod'
import { EVENT_TYPE_PATTERN, reachesRuns } from '../contracts/event.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import { defineNodeKind, nextPort, type Port } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('wait.for.event'),
  event: z
    .string()
    .regex(EVENT_TYPE_PATTERN)
    .refine(reachesRuns, { message: 'no run can receive this event' }),
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

export const waitForEvent = defineNodeKind<Node>({
  type: 'wait.for.event',
  description: {
    'pt-BR': 'Espera um acontecimento, com prazo',
    en: 'Waits for something to happen, with a time-out',
  },
  icon: 'hourglass',
  schema: Schema,
  form: [
    { field: 'event', control: 'event', label: { 'pt-BR': 'Acontecimento', en: 'Event' } },
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
    event: { type: node.event, port: 'next' },
    ...(node.timeout === undefined ? {} : { after: { port: 'timeout' } }),
  }),
  behave: (node) => {
    const { timeout } = node
    return timeout === undefined
      ? {}
      : { delay: (now, zone) => millisecondsUntil(timeout, now, zone) }
  },
  expressions: () => [],
  summarize: (node) =>
    node.timeout === undefined ? node.event : `${node.event} · ${node.timeout}`,
})

function ports(node: Node): Port[] {
  const event = { ...nextPort(node), label: node.event }
  if (node.timeout === undefined) return [event]
  return [
    event,
    { name: 'timeout', label: node.timeout, target: node.timeoutNext, path: '.timeoutNext' },
  ]
}

// Node `wait.for.event`: waits until one of its events arrives, the first wins, or the time-out passes.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { DurationSchema, millisecondsUntil } from '../expression/duration.ts'
import { AwaitedEventSchema } from './awaited-event.ts'
import { QuietSchema } from './quiet.ts'
import { defineNodeKind, nextPort, type Port } from './node-kind.ts'

const MAX_EVENTS = 20

const Schema = NodeBaseSchema.extend({
  type: z.literal('wait.for.event'),
  event: AwaitedEventSchema.optional(),
  /** Instead of `event`: several, each with its own way on. */
  events: z
    .array(z.strictObject({ event: AwaitedEventSchema, next: z.string().nullable().optional() }))
    .min(1)
    .max(MAX_EVENTS)
    .optional(),
  timeout: DurationSchema.optional(),
  timeoutNext: z.string().nullable().optional(),
  quiet: QuietSchema.optional(),
})
  .omit({ onError: true })
  .strict()
  .refine((node) => node.timeout !== undefined || node.timeoutNext === undefined, {
    message: 'timeoutNext needs timeout',
    path: ['timeout'],
  })
  .refine((node) => (node.event === undefined) !== (node.events === undefined), {
    message: 'give either event or events',
    path: ['event'],
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
    { field: 'quiet', control: 'duration', label: { 'pt-BR': 'Silêncio', en: 'Quiet time' } },
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
    events: eventPorts(node).map(({ name, label }) => ({ type: label ?? '', port: name })),
    ...(node.timeout === undefined ? {} : { after: { port: 'timeout' } }),
    ...(node.quiet !== undefined && { quiet: node.quiet }),
  }),
  behave: (node) => {
    const { timeout } = node
    return timeout === undefined
      ? {}
      : { delay: (now, zone) => millisecondsUntil(timeout, now, zone) }
  },
  expressions: () => [],
  summarize: (node) => {
    const events = eventPorts(node)
      .map(({ label }) => label)
      .join(', ')
    return node.timeout === undefined ? events : `${events} · ${node.timeout}`
  },
})

function ports(node: Node): Port[] {
  const events = eventPorts(node)
  if (node.timeout === undefined) return events
  return [
    ...events,
    { name: 'timeout', label: node.timeout, target: node.timeoutNext, path: '.timeoutNext' },
  ]
}

/** One port for each event, labelled with its type. */
function eventPorts(node: Node): Port[] {
  if (node.event !== undefined) return [{ ...nextPort(node), label: node.event }]
  return (node.events ?? []).map(({ event, next }, index) => ({
    name: `event:${index}`,
    label: event,
    target: next,
    path: `.events[${index}].next`,
  }))
}

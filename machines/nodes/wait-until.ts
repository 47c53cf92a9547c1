// Node `wait.until`: waits until a moment: an instant, or the next time of day in the tenant's zone.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import {
  millisecondsUntilOccurrence,
  type Occurrence,
  OccurrenceSchema,
} from '../expression/occurrence.ts'
import { defineNodeKind, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('wait.until'),
  /** A moment that has passed does not wait. */
  at: OccurrenceSchema.refine(
    (at) => typeof at === 'string' || at.calendar === undefined || !isWeekend(at.weekday),
    { message: 'no business day is on a weekend' },
  ),
})
  .omit({ onError: true })
  .strict()

export const waitUntil = defineNodeKind<z.infer<typeof Schema>>({
  type: 'wait.until',
  description: { 'pt-BR': 'Espera até um momento', en: 'Waits until a moment' },
  icon: 'alarm-clock',
  schema: Schema,
  form: [{ field: 'at', control: 'calendar', label: { 'pt-BR': 'Até', en: 'Until' } }],
  needs: () => ({}),
  ports: (node) => [nextPort(node)],
  lower: () => ({ shape: 'wait', after: { port: 'next' } }),
  behave: (node) => ({ delay: (now, zone) => millisecondsUntilOccurrence(node.at, now, zone) }),
  expressions: () => [],
  summarize: ({ at }) => (typeof at === 'string' ? at : describe(at)),
})

function isWeekend(weekday: string | undefined): boolean {
  return weekday === 'sat' || weekday === 'sun'
}

function describe({ time, weekday, calendar }: Exclude<Occurrence, string>): string {
  return [weekday, time, calendar].filter((part) => part !== undefined).join(' · ')
}

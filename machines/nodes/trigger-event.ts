// Trigger `event`: an event of the tenant's own, where its condition holds.

import { z } from 'zod'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import type { Envelope } from '../contracts/envelope.ts'
import { EVENT_TYPE_PATTERN, startsRuns } from '../contracts/event.ts'
import {
  compileCondition,
  type Condition,
  ConditionSchema,
  describeCondition,
} from '../expression/condition.ts'
import { createScope, type Scope } from '../expression/scope.ts'
import { defineTriggerKind, TriggerBaseSchema } from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('event'),
  event: z
    .string()
    .regex(EVENT_TYPE_PATTERN)
    .refine(startsRuns, { message: 'no run can start by this event' }),
  /** On the event and the contact: `$.payload`, `$.contact`, `$.now`. */
  where: ConditionSchema.optional(),
}).superRefine((trigger, context) => {
  const problem = trigger.where && problemOf(trigger.where)
  if (problem) context.addIssue({ code: 'custom', path: ['where'], message: problem })
})

export const triggerEvent = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'event',
  description: {
    'pt-BR': 'Começa com um acontecimento próprio da empresa',
    en: "Starts with an event of the company's own",
  },
  icon: 'zap',
  schema: Schema,
  form: [
    { field: 'event', control: 'event', label: { 'pt-BR': 'Acontecimento', en: 'Event' } },
    { field: 'where', control: 'condition', label: { 'pt-BR': 'Somente se', en: 'Only if' } },
  ],
  eventType: 'event',
  eventTypeOf: (trigger) => trigger.event,
  matches: ({ event, where }, envelope) =>
    envelope.type === event && (where === undefined || compileCondition(where)(scopeOf(envelope))),
  summarize: ({ event, where }) =>
    where === undefined ? event : `${event} · ${describeCondition(where)}`,
})

/** There is no run yet: no variables and no results, and the moment is that of the event. */
function scopeOf({ payload, contact, occurred_at: now, source }: Envelope): Scope {
  return createScope({
    payload,
    contact: contact ?? EMPTY_CONTACT,
    now,
    zone: 'UTC',
    source,
    vars: {},
    results: {},
  })
}

function problemOf(where: Condition): string | null {
  try {
    compileCondition(where)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

// Node `wait.until`: waits until a moment: one that stands in the document (`at`), one that a value names (`until`),
// or until a calendar is open (`hours`). A moment that has passed does not wait. A value that names no moment is a
// failure, EXPRESSION_FAILED: it goes to `onError`, else to whatever catches failures around the node.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { CalendarSchema, describeCalendar, millisecondsUntilOpen } from '../expression/calendar.ts'
import { DurationSchema } from '../expression/duration.ts'
import {
  millisecondsUntilMoment,
  millisecondsUntilOccurrence,
  type Occurrence,
  OccurrenceSchema,
} from '../expression/occurrence.ts'
import { isPath } from '../expression/path.ts'
import type { Scope, ScopeRoot } from '../expression/scope.ts'
import { isTemplate } from '../expression/template.ts'
import { compileValue } from '../expression/value.ts'
import { ClockSchema, zoneBy } from '../expression/zone.ts'
import { defineNodeKind, errorPort, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('wait.until'),
  at: OccurrenceSchema.refine(
    (at) => typeof at === 'string' || at.calendar === undefined || !isWeekend(at.weekday),
    { message: 'no business day is on a weekend' },
  ).optional(),
  /** `$.payload.starts_at` or a text with placeholders: an instant, a date and time, or a date, which means its start. */
  until: z
    .string()
    .max(2000)
    .refine((until) => isPath(until) || isTemplate(until), {
      message: 'must be a path or hold a placeholder; a fixed moment is at',
    })
    .optional(),
  /** So long before that moment, ISO 8601. */
  before: DurationSchema.optional(),
  hours: CalendarSchema.optional(),
  /** Whose clock counts where nothing else names a zone. */
  zone: ClockSchema.optional(),
})
  .strict()
  .refine(({ at, until, hours }) => [at, until, hours].filter(isGiven).length === 1, {
    message: 'give one of at, until and hours',
    path: ['at'],
  })
  .refine(({ before, until }) => before === undefined || until !== undefined, {
    message: 'before needs until',
    path: ['before'],
  })
  .refine(({ onError, until }) => onError === undefined || until !== undefined, {
    message: 'only until can fail',
    path: ['onError'],
  })
  .refine(({ hours, zone }) => zone === undefined || hours?.zone === undefined, {
    message: 'the calendar names a zone already',
    path: ['zone'],
  })
type Node = z.infer<typeof Schema>

export const waitUntil = defineNodeKind<Node>({
  type: 'wait.until',
  description: { 'pt-BR': 'Espera até um momento', en: 'Waits until a moment' },
  icon: 'alarm-clock',
  schema: Schema,
  form: [
    { field: 'at', control: 'calendar', label: { 'pt-BR': 'Até', en: 'Until' } },
    { field: 'until', control: 'template', label: { 'pt-BR': 'Até o valor', en: 'Until value' } },
    { field: 'before', control: 'duration', label: { 'pt-BR': 'Antes', en: 'Before' } },
    { field: 'hours', control: 'calendar', label: { 'pt-BR': 'Horário', en: 'Hours' } },
    { field: 'zone', control: 'choice', label: { 'pt-BR': 'Relógio', en: 'Clock' } },
  ],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: ({ until }) => ({
    shape: 'wait',
    after: { port: 'next' },
    ...(until !== undefined && { mayFail: true }),
  }),
  behave,
  expressions: ({ until }) => (until === undefined ? [] : [{ path: '.until', source: until }]),
  summarize,
})

function behave({ at, until, before, hours, zone: clock }: Node) {
  const value = until === undefined ? null : compileValue(until)
  return {
    delay: (now: string, tenantZone: string, scope: Scope): number => {
      const { contact } = scope as ScopeRoot
      const zone = zoneBy(clock, { contact, zone: tenantZone })
      if (value) return millisecondsUntilMoment(value(scope), { now, zone, before })
      if (hours) return millisecondsUntilOpen(hours, now, zone)
      return at === undefined ? 0 : millisecondsUntilOccurrence(at, now, zone)
    },
  }
}

function summarize({ at, until, before, hours }: Node): string {
  if (until !== undefined) return before === undefined ? until : `${until} − ${before}`
  if (hours) return describeCalendar(hours)
  return typeof at === 'object' ? describe(at) : (at ?? '')
}

function isGiven(value: unknown): boolean {
  return value !== undefined
}

function isWeekend(weekday: string | undefined): boolean {
  return weekday === 'sat' || weekday === 'sun'
}

function describe({ time, weekday, calendar }: Exclude<Occurrence, string>): string {
  return [weekday, time, calendar].filter((part) => part !== undefined).join(' · ')
}

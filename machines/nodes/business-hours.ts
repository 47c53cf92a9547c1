// Node `business.hours`: leaves by `open` inside the calendar's hours, else by `closed`; left out: the next node.

import { z } from 'zod'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import {
  CalendarSchema,
  DEFAULT_CALENDAR,
  describeCalendar,
  isOpen,
} from '../expression/calendar.ts'
import type { ScopeRoot } from '../expression/scope.ts'
import { ClockSchema, zoneBy } from '../expression/zone.ts'
import { defineNodeKind } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('business.hours'),
  /** Left out: Monday to Friday, 09:00 to 18:00 in the tenant's zone, without Brazil's holidays. */
  calendar: CalendarSchema.optional(),
  /** Whose clock the hours are by, where the calendar names no zone. */
  zone: ClockSchema.optional(),
  open: z.string().nullable().optional(),
  closed: z.string().nullable().optional(),
})
  .omit({ next: true, onError: true })
  .strict()
  .refine(({ calendar, zone }) => zone === undefined || calendar?.zone === undefined, {
    message: 'the calendar names a zone already',
    path: ['zone'],
  })

export const businessHours = defineNodeKind<z.infer<typeof Schema>>({
  type: 'business.hours',
  description: {
    'pt-BR': 'Divide o caminho pelo horário de atendimento',
    en: 'Splits the path by business hours',
  },
  icon: 'briefcase-business',
  schema: Schema,
  form: [
    { field: 'calendar', control: 'calendar', label: { 'pt-BR': 'Horário', en: 'Hours' } },
    { field: 'zone', control: 'choice', label: { 'pt-BR': 'Relógio', en: 'Clock' } },
    { field: 'open', control: 'node', label: { 'pt-BR': 'Aberto', en: 'Open' } },
    { field: 'closed', control: 'node', label: { 'pt-BR': 'Fechado', en: 'Closed' } },
  ],
  needs: () => ({}),
  ports: (node) => [
    { name: 'open', label: null, target: node.open, path: '.open' },
    { name: 'closed', label: null, target: node.closed, path: '.closed' },
  ],
  lower: () => ({ shape: 'choice' }),
  behave: ({ calendar = DEFAULT_CALENDAR, zone: clock }) => ({
    choose: (scope) => {
      const { contact, now, zone } = scope as ScopeRoot
      return isOpen(calendar, now, zoneBy(clock, { contact, zone })) ? 'open' : 'closed'
    },
  }),
  expressions: () => [],
  summarize: ({ calendar = DEFAULT_CALENDAR }) => describeCalendar(calendar),
})

// Trigger `schedule`: at times told by a cron text, for the contacts of its audience. Who keeps the clock sends each of
// them `schedule.fired` with that same text and `$.payload.workflowId`. Without an audience nobody is sent one.

import { z } from 'zod'
import { CronSchema } from '../expression/cron.ts'
import { ZoneSchema } from '../expression/zone.ts'
import { defineTriggerKind, isMeant, TriggerBaseSchema } from './trigger-kind.ts'

const AudienceSchema = z.union([
  /** Contacts with any of these tags. */
  z.strictObject({ tags: z.array(z.string().min(1).max(100)).min(1).max(100) }),
  z.strictObject({ all: z.literal(true) }),
])

const Schema = TriggerBaseSchema.extend({
  type: z.literal('schedule'),
  /** Five fields: `0 9 * * mon-fri`. */
  cron: CronSchema,
  /** IANA zone of the clock; left out: the tenant's. */
  zone: ZoneSchema.optional(),
  audience: AudienceSchema.optional(),
})
export type ScheduleTrigger = z.infer<typeof Schema>

/** The trigger of a document as a schedule, or null when it is of another kind. */
export function scheduleOf(trigger: unknown): ScheduleTrigger | null {
  const { success, data } = Schema.safeParse(trigger)
  return success ? data : null
}

export const triggerSchedule = defineTriggerKind<ScheduleTrigger>({
  type: 'schedule',
  description: {
    'pt-BR': 'Começa em horários marcados, para os contatos escolhidos',
    en: 'Starts at set times, for the chosen contacts',
  },
  icon: 'calendar-clock',
  schema: Schema,
  form: [
    { field: 'cron', control: 'text', label: { 'pt-BR': 'Horários (cron)', en: 'Times (cron)' } },
    { field: 'audience', control: 'choice', label: { 'pt-BR': 'Quem recebe', en: 'Audience' } },
    { field: 'zone', control: 'text', label: { 'pt-BR': 'Fuso horário', en: 'Time zone' } },
  ],
  eventType: 'schedule.fired',
  matches: (trigger, envelope, workflowId) =>
    envelope.payload['cron'] === trigger.cron && isMeant(envelope, workflowId),
  summarize: ({ cron, zone }) => (zone === undefined ? cron : `${cron} · ${zone}`),
})

// Trigger `schedule`: at times told by a cron text. Who keeps the clock sends `schedule.fired` with that same text.

import { z } from 'zod'
import { CronSchema } from '../expression/cron.ts'
import { defineTriggerKind, TriggerBaseSchema } from './trigger-kind.ts'

const Schema = TriggerBaseSchema.extend({
  type: z.literal('schedule'),
  /** Five fields by the tenant's clock: `0 9 * * mon-fri`. */
  cron: CronSchema,
})

export const triggerSchedule = defineTriggerKind<z.infer<typeof Schema>>({
  type: 'schedule',
  description: { 'pt-BR': 'Começa em horários marcados', en: 'Starts at set times' },
  icon: 'calendar-clock',
  schema: Schema,
  eventType: 'schedule.fired',
  matches: (trigger, { payload }) => payload['cron'] === trigger.cron,
  summarize: (trigger) => trigger.cron,
})

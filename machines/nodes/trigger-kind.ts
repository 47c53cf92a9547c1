// The interface of triggers: which event starts a run, the filter it must pass, and whether a contact may start again.

import { z } from 'zod'
import type { Envelope } from '../contracts/envelope.ts'
import { DurationSchema } from '../expression/duration.ts'
import type { FormHint, Localized } from './node-kind.ts'

/** Whether a contact that had a run of this workflow may start another one; left out: always. */
const ReentrySchema = z.union([
  z.enum(['always', 'once', 'not while running']),
  /** Time that must have passed since the contact's last run started, ISO 8601. */
  z.strictObject({ cooldown: DurationSchema }),
])
export type Reentry = z.infer<typeof ReentrySchema>

/** Fields that every trigger has, whatever its kind. */
export const TriggerBaseSchema = z.strictObject({
  type: z.string(),
  reentry: ReentrySchema.optional(),
  /** Of several runs that wait for a message the one of highest priority gets it; left out: 0. */
  priority: z.int().min(-100).max(100).optional(),
  /** Of the runs that name the same group only one is active for a contact. */
  exclusive: z.string().min(1).max(60).optional(),
})

/** One text or several, of which any may match. */
export const OneOrMoreSchema = z.union([
  z.string().min(1).max(100),
  z.array(z.string().min(1).max(100)).max(100),
])

export interface TriggerBase {
  type: string
  reentry?: Reentry | undefined
  priority?: number | undefined
  exclusive?: string | undefined
}

export interface TriggerKind<Trigger extends TriggerBase = TriggerBase> {
  type: Trigger['type']
  description: Localized
  icon: string
  schema: z.ZodType<Trigger>
  /** Its own fields; those that every trigger has follow them. A field inside another: `filter.source`. */
  form: FormHint[]
  /** Type of the envelopes that can start a run. */
  eventType: string
  /** Where the document itself names the event: the type that replaces `eventType`. */
  eventTypeOf?(trigger: Trigger): string
  /**
   * @param workflowId the workflow that the trigger belongs to; left out where only the filter is asked for
   */
  matches(trigger: Trigger, envelope: Envelope, workflowId?: string): boolean
  summarize(trigger: Trigger): string
}

/** Keeps the trigger's type inside the kind while the registry holds kinds of any trigger. */
export function defineTriggerKind<Trigger extends TriggerBase>(
  kind: TriggerKind<Trigger>,
): TriggerKind {
  return kind as unknown as TriggerKind
}

/** True for an event that is for any workflow, or for this very one: `$.payload.workflowId`. */
export function isMeant({ payload }: Envelope, workflowId: string | undefined): boolean {
  const meant = payload['workflowId']
  return meant === undefined || workflowId === undefined || meant === workflowId
}

/** The texts that a filter names; none where it is left out. */
export function wantedOf(filter: string | string[] | undefined): string[] {
  return filter === undefined ? [] : [filter].flat()
}

/** True when nothing is asked for, or the value (or one of a list of values) is among what is asked for. */
export function isWanted(filter: string | string[] | undefined, value: unknown): boolean {
  const wanted = wantedOf(filter)
  return wanted.length === 0 || [value].flat().some((item) => wanted.includes(item as string))
}

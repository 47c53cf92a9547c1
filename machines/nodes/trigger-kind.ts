// The interface of triggers: which event starts a run, and the filter it must pass.

import type { z } from 'zod'
import type { Envelope } from '../contracts/envelope.ts'
import type { Localized } from './node-kind.ts'

export interface TriggerBase {
  type: string
}

export interface TriggerKind<Trigger extends TriggerBase = TriggerBase> {
  type: Trigger['type']
  description: Localized
  icon: string
  schema: z.ZodType<Trigger>
  /** Type of the envelopes that can start a run. */
  eventType: string
  matches(trigger: Trigger, envelope: Envelope): boolean
  summarize(trigger: Trigger): string
}

/** Keeps the trigger's type inside the kind while the registry holds kinds of any trigger. */
export function defineTriggerKind<Trigger extends TriggerBase>(
  kind: TriggerKind<Trigger>,
): TriggerKind {
  return kind as unknown as TriggerKind
}

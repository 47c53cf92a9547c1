// One contact taken apart: its state after any Step, the Steps by number, what people did, and another version's way.

import { z } from 'zod'
import { DiagnosticSchema, JournalItemSchema, RunViewSchema } from './api.ts'
import { JsonObjectSchema } from './json.ts'

// ── Steps by number ──
export const StepsQuerySchema = z.object({
  /** Steps before this one, the newest first; left out: the latest. */
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
})
export type StepsQuery = z.infer<typeof StepsQuerySchema>
export const StepsSchema = z
  .object({ items: z.array(JournalItemSchema), more: z.boolean() })
  .meta({ id: 'Steps' })
export type Steps = z.infer<typeof StepsSchema>

// ── the state after a Step ──
const MomentSchema = z.object({
  handover: z.enum(['bot', 'waiting for agent', 'agent']),
  optOuts: z.record(z.string(), z.string()),
  kept: z.number(),
  facts: JsonObjectSchema,
  runs: z.array(RunViewSchema),
})
export type StepMoment = z.infer<typeof MomentSchema>

export const StepViewSchema = z
  .object({
    step: JournalItemSchema,
    /** The contact's whole state right after it, and right before; null where the journal no longer goes back to the start. */
    after: MomentSchema.nullable(),
    before: MomentSchema.nullable(),
  })
  .meta({ id: 'StepView' })
export type StepView = z.infer<typeof StepViewSchema>

// ── what people did ──
export const AuditItemSchema = z.object({
  id: z.string(),
  at: z.string(),
  action: z.string(),
  by: z.object({ id: z.string(), name: z.string().nullable() }),
  reason: z.string(),
  details: JsonObjectSchema,
})
export type AuditItem = z.infer<typeof AuditItemSchema>
export const AuditListSchema = z
  .object({ items: z.array(AuditItemSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'AuditList' })

// ── another version beside the real path ──
export const RetellRequestSchema = z.object({
  runId: z.string().min(1).max(200),
  /** `draft`, or a version's id. */
  on: z.string().min(1).max(200).default('draft'),
})
export type RetellRequest = z.infer<typeof RetellRequestSchema>

const RetoldStepSchema = z.object({
  at: z.string(),
  event: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  path: z.array(z.string()),
  /** Lines of what was asked of the world: kind and words. */
  effects: z.array(z.object({ nodeId: z.string(), kind: z.string(), preview: z.string() })),
})
export type RetoldStep = z.infer<typeof RetoldStepSchema>

const TellingSchema = z.object({
  status: z.string(),
  states: z.array(z.string()),
  steps: z.array(RetoldStepSchema),
})
export type Telling = z.infer<typeof TellingSchema>

export const RetellingSchema = z
  .object({
    diagnostics: z.array(DiagnosticSchema),
    /** As it was. States bear the names of the version that is tried, where they have one there. */
    then: TellingSchema,
    /** As it would have been; null where it would not have started, or the version has errors. */
    now: TellingSchema.nullable(),
    /** Index of the first Step on either side that differs; null where both are the same. */
    differsAt: z.number().nullable(),
    /** Where both still were together, and where each went from there. */
    fork: z
      .object({
        at: z.string().nullable(),
        then: z.string().nullable(),
        now: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Retelling' })
export type Retelling = z.infer<typeof RetellingSchema>

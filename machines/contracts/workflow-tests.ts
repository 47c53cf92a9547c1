// Recorded simulations kept with a workflow as its tests, and what is told of them on save, run and publish.

import { z } from 'zod'
import { DiagnosticSchema, WorkflowDetailSchema } from './api.ts'
import { JsonObjectSchema } from './json.ts'

export const MAX_TESTS = 500
/** Failures that a save or a refused publish tells in full; the numbers always tell of all. */
export const MAX_TOLD_FAILURES = 50

export const WorkflowTestSchema = z.strictObject({
  name: z.string().min(1).max(200),
  script: z.array(z.unknown()).max(1000),
  start: z.unknown().optional(),
  contact: z.unknown().optional(),
  /** ISO 8601 instant of the start. */
  at: z.unknown().optional(),
  /** IANA zone; left out: the tenant's. */
  zone: z.unknown().optional(),
  expect: z.strictObject({
    status: z.enum(['idle', 'active', 'done', 'failed', 'stopped']).optional(),
    /** States that the run is in at the end, in any order. */
    states: z.array(z.string()).optional(),
    /** One text per message sent, in order, each contained in the message. */
    messages: z.array(z.string()).optional(),
    /** Variables that must have these values. */
    vars: JsonObjectSchema.optional(),
  }),
})
export type WorkflowTest = z.infer<typeof WorkflowTestSchema>

/** The recorded tests of a workflow as they are kept in its file. */
export const WorkflowTestsSchema = z.array(WorkflowTestSchema).max(MAX_TESTS)

const KeptTestSchema = z
  .object({ id: z.string(), createdAt: z.string(), test: WorkflowTestSchema })
  .meta({ id: 'WorkflowTest' })
export type KeptTest = z.infer<typeof KeptTestSchema>
export const KeptTestListSchema = z.object({ items: z.array(KeptTestSchema) })

const TestOutcomeSchema = z.object({
  name: z.string(),
  passed: z.boolean(),
  /** The first difference, when there is one. */
  message: DiagnosticSchema.shape.message.nullable(),
})
export type TestOutcome = z.infer<typeof TestOutcomeSchema>

const TestCountsSchema = z.object({ passed: z.number(), failed: z.number() })
const KeptOutcomeSchema = TestOutcomeSchema.extend({ id: z.string() })
export type KeptOutcome = z.infer<typeof KeptOutcomeSchema>

export const TestRunSchema = TestCountsSchema.extend({ outcomes: z.array(KeptOutcomeSchema) })
export type TestRun = z.infer<typeof TestRunSchema>

const TestReportSchema = TestCountsSchema.extend({
  /** The first of those that failed. */
  failures: z.array(KeptOutcomeSchema),
})
export type TestReport = z.infer<typeof TestReportSchema>

/** A draft that was saved, and whether it still does what its tests say. */
export const SavedWorkflowSchema = WorkflowDetailSchema.extend({ tests: TestReportSchema }).meta({
  id: 'SavedWorkflow',
})
export type SavedWorkflow = z.infer<typeof SavedWorkflowSchema>

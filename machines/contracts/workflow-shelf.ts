// Workflows as things on a shelf: doubled, put away, taken out again, thrown away. Over HTTP.

import { z } from 'zod'

export const DuplicateRequestSchema = z.strictObject({ name: z.string().trim().min(1).max(200) })
export type DuplicateRequest = z.infer<typeof DuplicateRequestSchema>
export const DuplicateReplySchema = z.object({ workflowId: z.string(), tests: z.number() })
export type DuplicateReply = z.infer<typeof DuplicateReplySchema>

/** What putting a workflow away would touch, in numbers. */
export const WorkflowUseSchema = z
  .object({
    /** One that was never published can be deleted; every other one is archived. */
    deletable: z.boolean(),
    archived: z.boolean(),
    versions: z.number(),
    tests: z.number(),
    /** Contacts with a run that has not ended. */
    active: z.number(),
    /** It starts by the clock. */
    scheduled: z.boolean(),
    /** Workflows that run it as a subflow, by draft or published version. */
    startedBy: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'WorkflowUse' })
export type WorkflowUse = z.infer<typeof WorkflowUseSchema>

export const ArchiveRequestSchema = z.strictObject({
  /** What becomes of the contacts that are in it. */
  running: z.enum(['keep', 'end']).default('keep'),
  reason: z.string().max(1000).default(''),
})
export type ArchiveRequest = z.input<typeof ArchiveRequestSchema>
export const ArchiveReplySchema = z.object({
  archived: z.boolean(),
  /** The ending of runs, when that was asked for. */
  migrationId: z.string().nullable(),
})
export type ArchiveReply = z.infer<typeof ArchiveReplySchema>
export const DeletedReplySchema = z.object({ deleted: z.literal(true) })

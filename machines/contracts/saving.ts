// Who saved a draft last, and when.

import { z } from 'zod'

export const WorkflowSavingSchema = z.object({
  /** One more with each save. */
  revision: z.number().int(),
  /** Null where nobody wrote it down. */
  savedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  savedAt: z.string(),
})
export type WorkflowSaving = z.infer<typeof WorkflowSavingSchema>

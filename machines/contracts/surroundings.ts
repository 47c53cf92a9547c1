// What the tenant has around its workflows, over HTTP: the builder's checks need it in the browser.

import { z } from 'zod'
import { ValueTypesSchema } from '../nodes/value-types.ts'

const TemplateSchema = z.object({
  /** Kind of the channel that it is for. */
  kind: z.string(),
  name: z.string(),
  language: z.string(),
  /** Names of its placeholders. */
  variables: z.array(z.string()),
  /** As the provider says it: `APPROVED`, `PENDING`, … */
  status: z.string(),
})

const WorkflowSchema = z.object({
  id: z.string(),
  versions: z.array(z.object({ id: z.string(), number: z.number() })),
  publishedVersionId: z.string().nullable(),
  /** What its trigger `manual` asks for, and what it gives back; null where it says nothing. */
  input: ValueTypesSchema.nullable(),
  output: ValueTypesSchema.nullable(),
})

export const SurroundingsReplySchema = z
  .object({
    /** Kinds of channels. */
    channels: z.array(z.string()),
    templates: z.array(TemplateSchema),
    workflows: z.array(WorkflowSchema),
  })
  .meta({ id: 'Surroundings' })
export type SurroundingsReply = z.infer<typeof SurroundingsReplySchema>

// Lists of leads from a CSV file: what was read, what each column means, how far the import is.

import { z } from 'zod'
import { idSchema } from './ids.ts'
import { LeadMappingSchema } from './sources.ts'

/** The cell of a column is `$['<name of the column>']` to the mapping. */
export const ImportOptionsSchema = z.strictObject({
  mapping: LeadMappingSchema,
  /** Workflows that wait for captured leads begin; else the event is `lead.imported`. */
  startsWorkflows: z.boolean().default(false),
  /** Tags and fields are written to the contact. */
  writesFacts: z.boolean().default(true),
  /** How the people of this list agreed; kept with each consent. */
  proof: z.string().trim().max(2000).default(''),
})
export type ImportOptions = z.infer<typeof ImportOptionsSchema>

const CountsSchema = z.object({
  new: z.number(),
  existing: z.number(),
  /** The same person further up in the list, or within the source's window. */
  repeated: z.number(),
  invalid: z.number(),
})
export type ImportCounts = z.infer<typeof CountsSchema>

export const ImportSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(['uploading', 'ready', 'running', 'done', 'cancelled']),
    columns: z.array(z.string()),
    /** The first rows, as they came. */
    sample: z.array(z.array(z.string())),
    total: z.number(),
    done: z.number(),
    counts: CountsSchema,
    options: ImportOptionsSchema.nullable(),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'LeadImport' })
export type LeadImport = z.infer<typeof ImportSchema>
export const ImportListSchema = z.object({
  items: z.array(ImportSchema.omit({ sample: true })),
})
export type ImportItem = z.infer<typeof ImportListSchema>['items'][number]

export const ImportDryRunSchema = z.object({
  counts: CountsSchema,
  /** The first 100. */
  invalid: z.array(
    z.object({ line: z.number(), field: z.string().nullable(), reason: z.string() }),
  ),
})
export type ImportDryRun = z.infer<typeof ImportDryRunSchema>

export const ImportParamsSchema = z.object({ id: idSchema('import') })
export const ImportUploadQuerySchema = z.object({ name: z.string().trim().min(1).max(200) })

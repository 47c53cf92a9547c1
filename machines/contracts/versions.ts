// Versions of a workflow over HTTP: their differences, the moving of running contacts, and what a draft would have done.

import { z } from 'zod'
import { DiagnosticSchema, PublishReplySchema } from './api.ts'
import { idSchema } from './ids.ts'
import { JsonSchema } from './json.ts'
import { WorkflowSavingSchema } from './saving.ts'

const LocalizedSchema = z.object({ 'pt-BR': z.string(), en: z.string() })

// ── the draft ──
/** Details of WORKFLOW_CONFLICT: the draft as it is now. */
export const WorkflowConflictSchema = WorkflowSavingSchema.extend({ definition: JsonSchema })
export type WorkflowConflict = z.infer<typeof WorkflowConflictSchema>

// ── versions and their differences ──
export const VersionItemSchema = z
  .object({
    id: z.string(),
    number: z.number(),
    publishedAt: z.string(),
    /** Id of the person who published it first. */
    publishedBy: z.string().nullable(),
    /** True for the one that new runs start on. */
    current: z.boolean(),
    /** Contacts with a run on it that has not ended. */
    active: z.number(),
  })
  .meta({ id: 'VersionItem' })
export type VersionItem = z.infer<typeof VersionItemSchema>
export const VersionListSchema = z.object({ items: z.array(VersionItemSchema) })

export const VersionDetailSchema = VersionItemSchema.extend({ definition: JsonSchema }).meta({
  id: 'Version',
})
export type VersionDetail = z.infer<typeof VersionDetailSchema>

export const WorkflowChangeSchema = z
  .object({
    kind: z.enum(['added', 'removed', 'changed', 'renamed', 'moved']),
    /** The node in the newer document, or in the older one when it was removed; null for the workflow itself. */
    nodeId: z.string().nullable(),
    /** Field or port, e.g. `.timeout`, `.buttons[0].title`, `.next`; empty for the node as a whole. */
    path: z.string(),
    before: JsonSchema,
    after: JsonSchema,
    message: LocalizedSchema,
  })
  .meta({ id: 'WorkflowChange' })
export type WorkflowChange = z.infer<typeof WorkflowChangeSchema>

export const StateMapEntrySchema = z
  .object({
    from: z.string(),
    /** Where a run in that state goes on; null: it cannot move. */
    to: z.string().nullable(),
    rule: z.enum([
      'same',
      'renamed',
      'split',
      'container',
      'following',
      'chosen',
      'passes',
      'none',
    ]),
    message: LocalizedSchema,
  })
  .meta({ id: 'StateMapEntry' })
export type StateMapEntry = z.infer<typeof StateMapEntrySchema>

/** Old node id to new one; an id left out stays the same. */
export const StateMapSchema = z.record(z.string().max(64), z.string().max(64).nullable())
export type StateMap = z.infer<typeof StateMapSchema>

/** A version's id, or `draft`. */
const VersionRefSchema = z.union([z.literal('draft'), idSchema('version')])
export const DiffQuerySchema = z.object({ from: VersionRefSchema, to: VersionRefSchema })
export const WorkflowDiffSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    changes: z.array(WorkflowChangeSchema),
    /** Where a run of `from` would go on in `to`. */
    stateMap: z.array(StateMapEntrySchema),
  })
  .meta({ id: 'WorkflowDiff' })
export type WorkflowDiff = z.infer<typeof WorkflowDiffSchema>

// ── running contacts ──
export const MigrationRequestSchema = z.object({
  /** Left out: the published version. The draft can only be looked at. */
  to: VersionRefSchema.optional(),
  /** Versions whose runs move; left out: every other one. */
  from: z.array(idSchema('version')).min(1).max(100).optional(),
  /** Chosen by a person; what it does not name is as proposed. */
  map: StateMapSchema.optional(),
})
export type MigrationRequest = z.infer<typeof MigrationRequestSchema>

export const MigrationStartSchema = MigrationRequestSchema.extend({
  to: idSchema('version').optional(),
  reason: z.string().min(1).max(1000),
  /** Share of refusals that the dry run did not foresee, 0 to 1, above which it stops by itself. */
  stopAbove: z.number().min(0).max(1).default(0.1),
})
export type MigrationStart = z.infer<typeof MigrationStartSchema>

/** Runs end, wherever they are. */
export const EndRunsSchema = z.object({
  from: z.array(idSchema('version')).min(1).max(100).optional(),
  reason: z.string().min(1).max(1000),
})
export type EndRuns = z.infer<typeof EndRunsSchema>

/** Something that a person does with a migration, and why. */
export const MigrationDeedSchema = z.object({ reason: z.string().min(1).max(1000) })

const RefusedCountSchema = z.object({
  code: z.string(),
  message: LocalizedSchema,
  count: z.number(),
})

export const StuckRunSchema = z.object({
  runId: z.string(),
  contactId: z.string(),
  name: z.string().nullable(),
  versionId: z.string(),
  state: z.string(),
  code: z.string(),
  message: LocalizedSchema,
})
export type StuckRun = z.infer<typeof StuckRunSchema>

export const DryRunSchema = z
  .object({
    to: z.string(),
    from: z.array(
      z.object({
        versionId: z.string(),
        number: z.number(),
        active: z.number(),
        map: z.array(StateMapEntrySchema),
      }),
    ),
    total: z.number(),
    /** Runs that would move. */
    moved: z.number(),
    /** Runs that would stay where they are, by reason. */
    refused: z.array(RefusedCountSchema),
    /** Those that cannot move, at most 200. */
    cannotMove: z.array(StuckRunSchema),
    /** True when there were more runs than were looked at. */
    partial: z.boolean(),
  })
  .meta({ id: 'MigrationDryRun' })
export type DryRun = z.infer<typeof DryRunSchema>

export const MigrationSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    kind: z.enum(['move', 'end']),
    to: z.string().nullable(),
    from: z.array(z.string()),
    status: z.enum(['planning', 'running', 'done', 'stopped', 'undoing', 'undone']),
    /** Why it stopped, when it did. */
    stopReason: z.string().nullable(),
    reason: z.string(),
    /** Runs by what became of them. */
    counts: z.object({
      total: z.number(),
      pending: z.number(),
      moved: z.number(),
      refused: z.number(),
      gone: z.number(),
      undone: z.number(),
    }),
    refused: z.array(RefusedCountSchema),
    createdBy: z.string(),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'Migration' })
export type Migration = z.infer<typeof MigrationSchema>
export const MigrationListSchema = z.object({ items: z.array(MigrationSchema) })

export const MigrationItemSchema = z.object({
  runId: z.string(),
  contactId: z.string(),
  name: z.string().nullable(),
  status: z.enum(['pending', 'moved', 'refused', 'gone', 'undone']),
  code: z.string().nullable(),
  message: LocalizedSchema.nullable(),
})
export type MigrationItem = z.infer<typeof MigrationItemSchema>
export const MigrationItemListSchema = z.object({
  items: z.array(MigrationItemSchema),
  nextCursor: z.string().nullable(),
})

// ── publishing ──
export const RunningChoiceSchema = z.enum(['keep', 'migrate', 'end'])
export const PublishRequestSchema = z.strictObject({
  /** What becomes of the runs of other versions; left out: they stay on theirs. */
  running: RunningChoiceSchema.optional(),
  /** Where runs that move go on, chosen by a person; what it does not name is as proposed. */
  map: StateMapSchema.optional(),
  reason: z.string().min(1).max(1000).optional(),
  /** Publishes only this draft, and not one that nobody has seen; left out: whatever was saved last. */
  revision: z.number().int().min(0).optional(),
})
export type PublishRequest = z.infer<typeof PublishRequestSchema>
/** The published version, and the moving or ending of runs when that was asked for. */
export const PublishedReplySchema = PublishReplySchema.extend({
  migrationId: z.string().nullable().optional(),
})
export type PublishedReply = z.infer<typeof PublishedReplySchema>
export const RollbackRequestSchema = PublishRequestSchema.omit({ revision: true }).extend({
  versionId: idSchema('version'),
})
export type RollbackRequest = z.infer<typeof RollbackRequestSchema>

// ── what if ──
export const WhatIfRequestSchema = z.object({
  /** Runs that started in the last so many days. */
  days: z.number().int().min(1).max(90).default(7),
  /** The latest so many. */
  limit: z.number().int().min(1).max(500).default(100),
})
export type WhatIfRequest = z.infer<typeof WhatIfRequestSchema>

export const OutcomeSchema = z.object({
  status: z.string(),
  states: z.array(z.string()),
  /** `node kind`, in order. */
  effects: z.array(z.string()),
  messages: z.array(z.string()),
})
export type Outcome = z.infer<typeof OutcomeSchema>

export const WhatIfSchema = z
  .object({
    diagnostics: z.array(DiagnosticSchema),
    runs: z.number(),
    same: z.number(),
    differing: z.number(),
    /** Of those that differ: by what. One run can count in several. */
    by: z.object({
      notStarted: z.number(),
      end: z.number(),
      effects: z.number(),
      messages: z.number(),
    }),
    contacts: z.array(
      z.object({
        contactId: z.string(),
        name: z.string().nullable(),
        runId: z.string(),
        versionId: z.string(),
        startedAt: z.string(),
        differences: z.array(z.enum(['notStarted', 'end', 'effects', 'messages'])),
        then: OutcomeSchema,
        draft: OutcomeSchema,
      }),
    ),
  })
  .meta({ id: 'WhatIf' })
export type WhatIf = z.infer<typeof WhatIfSchema>
export type Difference = WhatIf['contacts'][number]['differences'][number]

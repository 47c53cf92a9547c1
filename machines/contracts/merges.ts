// Contacts that turn out to be one person, on the wire: what a merge would do, what was merged, who may be the same.

import { z } from 'zod'
import { ContactSchema } from './api.ts'
import { ContactFactsSchema } from './contact.ts'
import { idSchema } from './ids.ts'

const ReasonSchema = z.string().trim().min(1).max(1000)

/** Why contacts cannot be merged or parted now. */
export const MERGE_REFUSALS = [
  'same_contact',
  'unknown_contact',
  'already_merged',
  'under_way',
  'blocked',
  'too_large',
  'unknown_merge',
  'already_undone',
  'target_merged',
] as const
export const MergeRefusalSchema = z.enum(MERGE_REFUSALS)

/** The contact of the address stays; this one becomes it. */
export const MergeQuestionSchema = z.object({ sourceId: idSchema('contact') })
export type MergeQuestion = z.infer<typeof MergeQuestionSchema>
export const MergeRequestSchema = MergeQuestionSchema.extend({ reason: ReasonSchema })
export type MergeRequest = z.infer<typeof MergeRequestSchema>
export const UndoMergeSchema = z.object({ reason: ReasonSchema })
export type UndoMerge = z.infer<typeof UndoMergeSchema>

const MergedRunSchema = z.object({
  id: z.string(),
  workflowId: z.string(),
  workflowName: z.string(),
  state: z.string(),
  /** Whose run it is before the merge. */
  of: z.enum(['source', 'target']),
  fate: z.enum(['moves', 'stays', 'stops']),
  /** Why it stops; null when it goes on. */
  why: z.enum(['exclusive_group', 'same_workflow', 'opted_out']).nullable(),
})
export type MergedRun = z.infer<typeof MergedRunSchema>

export const MergePreviewSchema = z
  .object({
    /** Null when it can be done now. */
    refused: MergeRefusalSchema.nullable(),
    source: ContactFactsSchema,
    target: ContactFactsSchema,
    after: ContactFactsSchema,
    runs: z.array(MergedRunSchema),
    /** Channels on which nobody may write to the person afterwards. */
    optOuts: z.array(z.string()),
    /** An agent has the conversation afterwards. */
    isWithAgent: z.boolean(),
  })
  .meta({ id: 'MergePreview' })
export type MergePreview = z.infer<typeof MergePreviewSchema>

export const ContactMergeSchema = z
  .object({
    id: z.string(),
    sourceId: z.string(),
    sourceName: z.string().nullable(),
    targetId: z.string(),
    /** `merging` and `undoing` until both actors are through. */
    status: z.enum(['merging', 'merged', 'undoing', 'undone']),
    source: z.enum(['person', 'provider', 'twin']),
    reason: z.string(),
    at: z.string(),
    undoneAt: z.string().nullable(),
  })
  .meta({ id: 'ContactMerge' })
export type ContactMerge = z.infer<typeof ContactMergeSchema>
export const ContactMergeListSchema = z.object({ items: z.array(ContactMergeSchema) })
export const MergeReplySchema = z.object({ mergeId: z.string() })

export const MergeSuggestionSchema = z
  .object({
    id: z.string(),
    contacts: z.array(ContactSchema.pick({ id: true, name: true, phone: true, email: true })),
    /** An address of one came with an address of the other; by the provider's word; two ways to write one number. */
    reason: z.enum(['address', 'provider', 'twin']),
    /** The address that showed it. */
    value: z.string().nullable(),
    at: z.string(),
  })
  .meta({ id: 'MergeSuggestion' })
export type MergeSuggestion = z.infer<typeof MergeSuggestionSchema>
export const MergeSuggestionListSchema = z.object({ items: z.array(MergeSuggestionSchema) })
export const SuggestionQuerySchema = z.object({
  /** Only those of this contact. */
  contactId: idSchema('contact').optional(),
})
export type SuggestionQuery = z.infer<typeof SuggestionQuerySchema>

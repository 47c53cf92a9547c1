// Acts on all contacts of one state: looked at in numbers beforehand, done one envelope per contact, watched, taken back.

import { z } from 'zod'
import { CommandSchema, type OutboxCommand } from './command-schema.ts'
import { JsonSchema } from './json.ts'

const NodeSchema = z.string().min(1).max(200)
const TagSchema = z.string().trim().min(1).max(100)

/** Which contacts of a state are meant. */
export const StateFilterSchema = z.object({
  state: NodeSchema,
  /** In the state for longer than so many seconds. */
  waiting: z.coerce.number().int().min(1).max(31_536_000).optional(),
  tag: TagSchema.optional(),
})
export type StateFilter = z.infer<typeof StateFilterSchema>
/** Of a list that may as well be whole. */
export const StateNarrowingSchema = StateFilterSchema.partial()
export type StateNarrowing = z.infer<typeof StateNarrowingSchema>

/** What a person may send by hand; everything else needs a workflow around it. */
const SENDABLE: ReadonlySet<string> = new Set<OutboxCommand['kind']>([
  'whatsapp.send_text',
  'whatsapp.send_template',
  'email.send_text',
  'email.send_template',
])
export const SayCommandSchema = CommandSchema.refine(({ kind }) => SENDABLE.has(kind), {
  message: 'only a text or a template can be sent by hand',
})

export const StateActKindSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('say'), command: SayCommandSchema }),
  z.object({ kind: z.literal('move'), nodeId: NodeSchema }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('tag'), tag: TagSchema }),
])
export type StateActKind = z.infer<typeof StateActKindSchema>

export const StateActQuestionSchema = z.object({
  filter: StateFilterSchema,
  act: StateActKindSchema,
})
export type StateActQuestion = z.infer<typeof StateActQuestionSchema>

export const StateActRequestSchema = StateActQuestionSchema.extend({
  reason: z.string().min(1).max(1000),
})
export type StateActRequest = z.infer<typeof StateActRequestSchema>

const WhySchema = z.object({
  /** A note of a Step, or the code of a refusal. */
  code: z.string(),
  count: z.number(),
})

export const StateActDryRunSchema = z
  .object({
    total: z.number(),
    /** Those for whom it would be done. */
    would: z.number(),
    /** Those for whom it would not, by reason. */
    wouldNot: z.array(WhySchema),
    /** There were more contacts than were looked at. */
    partial: z.boolean(),
  })
  .meta({ id: 'StateActDryRun' })
export type StateActDryRun = z.infer<typeof StateActDryRunSchema>

export const StateActSchema = z
  .object({
    id: z.string(),
    workflowId: z.string(),
    kind: z.enum(['say', 'move', 'stop', 'tag']),
    state: z.string(),
    /** What is done, as it was asked for. */
    act: JsonSchema,
    status: z.enum(['planning', 'running', 'done', 'stopped', 'undoing', 'undone']),
    reason: z.string(),
    counts: z.object({
      total: z.number(),
      pending: z.number(),
      done: z.number(),
      refused: z.number(),
      undone: z.number(),
    }),
    refused: z.array(WhySchema),
    /** What was done can be taken back. */
    undoable: z.boolean(),
    createdBy: z.string(),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'StateAct' })
export type StateAct = z.infer<typeof StateActSchema>
export const StateActListSchema = z.object({ items: z.array(StateActSchema) })

/** Why a person stops or takes back an act. */
export const StateActDeedSchema = z.object({ reason: z.string().min(1).max(1000) })

// What a person may ask of one contact's actor over HTTP, each with a reason.

import { z } from 'zod'
import { isTenantEventType, OPERATOR_ACTIONS } from './event.ts'
import { idSchema } from './ids.ts'
import { JsonObjectSchema, JsonSchema } from './json.ts'

const ReasonSchema = z.string().min(1).max(1000)
const RunIdSchema = z.string().min(1).max(200)
const NodeIdSchema = z.string().min(1).max(200)
const GiveBackTargetSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('history') }),
  z.object({ mode: z.literal('state'), runId: RunIdSchema, nodeId: NodeIdSchema }),
  z.object({ mode: z.literal('end'), runId: RunIdSchema.optional() }),
])
export const ActorActionSchema = z.discriminatedUnion('action', [
  /** Left out: all runs to stop; the first one that time would move. */
  z.object({
    action: z.enum(OPERATOR_ACTIONS),
    runId: RunIdSchema.optional(),
    reason: ReasonSchema,
  }),
  /** The agent has the conversation from now on. */
  z.object({ action: z.literal('take'), reason: ReasonSchema }),
  /** Runs have it again: where they were, one of them at a node, or ended. */
  z.object({
    action: z.literal('give_back'),
    to: GiveBackTargetSchema.default({ mode: 'history' }),
    reason: ReasonSchema,
  }),
  z.object({
    action: z.literal('move'),
    runId: RunIdSchema,
    nodeId: NodeIdSchema,
    reason: ReasonSchema,
  }),
  /** The same version once more from its beginning, with what it began with. */
  z.object({ action: z.literal('restart'), runId: RunIdSchema, reason: ReasonSchema }),
  z.object({
    action: z.literal('set_variable'),
    runId: RunIdSchema,
    name: z.string().regex(/^[A-Za-z_]\w{0,63}$/),
    value: JsonSchema,
    reason: ReasonSchema,
  }),
  /** Takes back what a person did to a run, while nothing has followed from it: `eventId` is what that was answered with. */
  z.object({ action: z.literal('undo'), eventId: idSchema('event'), reason: ReasonSchema }),
  /** As if one of the tenant's systems had told of it. */
  z.object({
    action: z.literal('send_event'),
    event: z.string().refine(isTenantEventType, { message: 'not an event that may be told of' }),
    payload: JsonObjectSchema.default({}),
    reason: ReasonSchema,
  }),
])
export type ActorAction = z.infer<typeof ActorActionSchema>
export const ActorActionReplySchema = z.object({ accepted: z.literal(true), eventId: z.string() })

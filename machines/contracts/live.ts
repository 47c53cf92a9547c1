// Messages on the live WebSocket, both directions.

import { z } from 'zod'
import { ActorViewSchema } from './api.ts'

/** `workflow:<id>`, `contact:<id>` or `channels:all`. */
export const TopicSchema = z
  .string()
  .max(200)
  .regex(/^((workflow:wf_|contact:cnt_)[0-9A-Za-z_-]+|channels:all)$/)

export const ClientMessageSchema = z.union([
  z.strictObject({ subscribe: TopicSchema }),
  z.strictObject({ unsubscribe: TopicSchema }),
  z.strictObject({ ping: z.number() }),
])
export type ClientMessage = z.infer<typeof ClientMessageSchema>

/** One contact passing along an edge; sampled, never more than the eye can follow. */
export const MoveSchema = z.object({
  contactId: z.string(),
  name: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  at: z.string(),
})
export type Move = z.infer<typeof MoveSchema>

export const ServerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribed'), topic: z.string() }),
  z.object({ type: z.literal('unsubscribed'), topic: z.string() }),
  z.object({ type: z.literal('pong'), ping: z.number() }),
  /** Full counts of the published version; sent on subscribing and after each change. */
  z.object({
    type: z.literal('workflow.counts'),
    topic: z.string(),
    workflowId: z.string(),
    versionId: z.string().nullable(),
    states: z.record(z.string(), z.number()),
    at: z.string(),
  }),
  z.object({
    type: z.literal('workflow.moved'),
    topic: z.string(),
    workflowId: z.string(),
    moves: z.array(MoveSchema),
  }),
  /** The whole view after a Step; sent on subscribing and after each change. */
  z.object({
    type: z.literal('contact.stepped'),
    topic: z.string(),
    contactId: z.string(),
    actor: ActorViewSchema,
  }),
  /** Something about the tenant's channels changed, e.g. their health; sent on subscribing too. */
  z.object({ type: z.literal('channels.changed'), topic: z.string(), at: z.string() }),
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    topic: z.string().optional(),
  }),
])
export type ServerMessage = z.infer<typeof ServerMessageSchema>

// Messages on the live WebSocket, both directions.

import { z } from 'zod'
import { ActorViewSchema } from './api.ts'

/** `workflow:<id>`, `contact:<id>`, `editors:<workflow id>` or `channels:all`. */
export const TopicSchema = z
  .string()
  .max(200)
  .regex(/^((workflow:wf_|contact:cnt_|editors:wf_)[0-9A-Za-z_-]+|channels:all)$/)

/** Where the person is in a workflow that is open; said on every change and every 15 seconds. */
const HereSchema = z.strictObject({
  workflowId: z
    .string()
    .max(100)
    .regex(/^wf_[0-9A-Za-z_-]+$/),
  /** `$trigger` is the trigger. */
  nodeId: z.string().max(100).nullable(),
  /** Has the form of that node in hand. */
  typing: z.boolean(),
})
export type Here = z.infer<typeof HereSchema>

export const ClientMessageSchema = z.union([
  z.strictObject({ here: HereSchema }),
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

/** A page on which somebody has the workflow open. */
export const EditorSchema = z.object({
  connectionId: z.string(),
  userId: z.string(),
  name: z.string(),
  nodeId: z.string().nullable(),
  typing: z.boolean(),
  /** Since when node and typing are what they are; who has a form longest holds it. */
  since: z.string(),
})
export type Editor = z.infer<typeof EditorSchema>

export const ServerMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribed'),
    topic: z.string(),
    /** The client's own, where the topic names connections. */
    connectionId: z.string().optional(),
  }),
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
  /** Everybody who has the workflow open; sent on subscribing and after each change. */
  z.object({
    type: z.literal('workflow.editors'),
    topic: z.string(),
    workflowId: z.string(),
    people: z.array(EditorSchema),
  }),
  /** The draft was saved, by anybody; sent on the topic of its editors. */
  z.object({
    type: z.literal('workflow.saved'),
    topic: z.string(),
    workflowId: z.string(),
    revision: z.number().int(),
    by: z.object({ id: z.string(), name: z.string() }),
  }),
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    topic: z.string().optional(),
  }),
])
export type ServerMessage = z.infer<typeof ServerMessageSchema>

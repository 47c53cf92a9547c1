// Events a contact actor can receive. Names are noun + past. Types outside the table are the tenant's own.

import type { ContactFacts } from './contact.ts'
import type { EffectKind } from './effect.ts'
import type { Json, JsonObject } from './json.ts'

/** Event types with a meaning of their own in the platform. */
export const PLATFORM_EVENT_TYPES = [
  'lead.captured',
  'message.received',
  'message.status',
  'effect.done',
  'effect.failed',
  'timer.fired',
  'contact.updated',
  'operator.acted',
  'run.migrated',
  'run.restored',
  'run.stopped',
] as const
export type PlatformEventType = (typeof PLATFORM_EVENT_TYPES)[number]

const INTERNAL_EVENT_TYPES: ReadonlySet<string> = new Set<PlatformEventType>([
  'message.status',
  'effect.done',
  'effect.failed',
  'timer.fired',
  'contact.updated',
  'operator.acted',
  'run.migrated',
  'run.restored',
  'run.stopped',
])

/** First words of events that only the platform itself may tell of. */
const PLATFORM_NAMESPACES: ReadonlySet<string> = new Set([
  'message',
  'effect',
  'timer',
  'operator',
  'handoff',
  'run',
  'schedule',
  'segment',
  'tag',
  'xstate',
])

/** True for types that a tenant's own systems may send; a source must not be able to speak as the contact. */
export function isTenantEventType(type: string): boolean {
  const [namespace = ''] = type.split('.')
  return (
    EVENT_TYPE_PATTERN.test(type) &&
    !PLATFORM_NAMESPACES.has(namespace) &&
    !(PLATFORM_EVENT_TYPES as readonly string[]).includes(type)
  )
}

/** False for what the platform settles by itself, and for names that mean something to XState. */
export function reachesRuns(type: string): boolean {
  return !INTERNAL_EVENT_TYPES.has(type) && !type.startsWith('xstate.')
}

/** `purchase.approved`, `link.clicked`, …: dotted lower-case words. */
export const EVENT_TYPE_PATTERN = /^[a-z][a-z0-9_]{0,40}(\.[a-z][a-z0-9_]{0,40}){1,4}$/

/** A message that a contact wrote. */
export interface MessageReceivedPayload {
  channel: 'whatsapp' | 'email'
  channelId: string
  messageId: string
  /** The provider's own id, `wamid.…`. */
  providerMessageId: string
  kind: string
  /** Text as the workflow reads it; empty for kinds without text. */
  text: string
  /** The provider's content, parsed and bounded. */
  content: JsonObject
  /** ISO 8601 instant at which the contact wrote it. */
  sentAt: string
}

/** What the provider says of a message that we sent. */
export interface MessageStatusPayload {
  channel: 'whatsapp' | 'email'
  messageId: string
  effectId: string | null
  providerMessageId: string
  status: MessageStatus
  error: EffectError | null
  occurredAt: string
}

export const MESSAGE_STATUSES = [
  'queued',
  'accepted',
  'sent',
  'delivered',
  'read',
  'failed',
] as const
export type MessageStatus = (typeof MESSAGE_STATUSES)[number]

/** Rank for the monotone merge: a status never goes back, `failed` is final. */
export const MESSAGE_STATUS_RANK: Record<MessageStatus, number> = {
  queued: 0,
  accepted: 1,
  sent: 2,
  delivered: 3,
  read: 4,
  failed: 5,
}

export interface EffectError {
  /** Our code, e.g. `WHATSAPP_131047`, `HTTP_500`, `TIMEOUT`. */
  code: string
  message: string
}

export interface EffectDonePayload {
  effectId: string
  kind: EffectKind
  output: Json
  /** Fresh facts when the effect changed the contact. */
  contact?: ContactFacts
}

export interface EffectFailedPayload {
  effectId: string
  kind: EffectKind
  error: EffectError
}

export interface TimerFiredPayload {
  runId: string
  timerId: string
  generation: number
}

/** What a contact said about being written to, or took back; tenants' own systems may tell of it too. */
export const CONSENT_EVENT_TYPES = ['consent.granted', 'consent.revoked'] as const

export interface ConsentPayload {
  /** What the contact may be written to for: `marketing`. */
  purpose: string
}

/** What a person at the controls asks of a run where it stands. */
export const OPERATOR_ACTIONS = ['skip_wait', 'stop'] as const
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number]

/** How runs go on when the agent gives the conversation back: where they were, one of them at a node, or not at all. */
export type GiveBackTarget =
  | { mode: 'history' }
  | { mode: 'state'; runId: string; nodeId: string }
  /** Left out: every run. */
  | { mode: 'end'; runId?: string | undefined }

/** What a person at the controls asks of one contact's actor. */
export type OperatorActedPayload = { reason: string; userId: string } & (
  | { action: OperatorAction; runId: string | null }
  | { action: 'take' }
  | { action: 'give_back'; to: GiveBackTarget }
  | { action: 'move'; runId: string; nodeId: string }
)

/** What waits for a person hears that the conversation was given back. */
export const HANDOFF_RETURNED = 'handoff.returned'

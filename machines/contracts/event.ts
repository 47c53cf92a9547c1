// Events a contact actor can receive. Names are noun + past. Types outside the table are the tenant's own.

import type { ChannelKind } from './channel.ts'
import type { ContactFacts } from './contact.ts'
import type { Command, EffectKind } from './effect.ts'
import type { Json, JsonObject } from './json.ts'

/** Event types with a meaning of their own in the platform. */
export const PLATFORM_EVENT_TYPES = [
  'lead.captured',
  'message.received',
  'message.status',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'message.echoed',
  'message.opened',
  'channel.opted_out',
  'channel.opted_in',
  'effect.done',
  'effect.failed',
  'timer.fired',
  'contact.updated',
  'operator.acted',
  'run.migrated',
  'run.restored',
  'run.stopped',
  'contact.merging',
  'contact.absorbed',
  'contact.parting',
  'contact.returned',
] as const
export type PlatformEventType = (typeof PLATFORM_EVENT_TYPES)[number]

const INTERNAL_EVENT_TYPES: ReadonlySet<string> = new Set<PlatformEventType>([
  'message.status',
  'message.echoed',
  'channel.opted_out',
  'channel.opted_in',
  'effect.done',
  'effect.failed',
  'timer.fired',
  'contact.updated',
  'operator.acted',
  'run.migrated',
  'run.restored',
  'run.stopped',
  'contact.merging',
  'contact.absorbed',
  'contact.parting',
  'contact.returned',
])

/** First words of events that only the platform itself may tell of. */
const PLATFORM_NAMESPACES: ReadonlySet<string> = new Set([
  'message',
  'channel',
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

/** What became of a message that a run sent: each reaches that run once, in this order, whatever came first (F17). */
export const MESSAGE_STATUS_EVENTS = [
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
] as const

const STATUS_EVENTS: ReadonlySet<string> = new Set(MESSAGE_STATUS_EVENTS)

export function isMessageStatusEvent(type: string): boolean {
  return STATUS_EVENTS.has(type)
}

/** False for what only a run that is under way can hear: a run that its own messages start would never end. */
export function startsRuns(type: string): boolean {
  return reachesRuns(type) && !STATUS_EVENTS.has(type)
}

/** False for what the platform settles by itself, and for names that mean something to XState. */
export function reachesRuns(type: string): boolean {
  return !INTERNAL_EVENT_TYPES.has(type) && !type.startsWith('xstate.')
}

/** `purchase.approved`, `link.clicked`, …: dotted lower-case words. */
export const EVENT_TYPE_PATTERN = /^[a-z][a-z0-9_]{0,40}(\.[a-z][a-z0-9_]{0,40}){1,4}$/

/** A message that a contact wrote. */
export interface MessageReceivedPayload {
  channel: ChannelKind
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
  channel: ChannelKind
  messageId: string
  effectId: string | null
  providerMessageId: string
  status: MessageStatus
  error: EffectError | null
  occurredAt: string
  /** Rank that the message had when this was accepted; left out where it is not known. */
  previousRank?: number
  /** What the provider charges for it; left out where it does not say. */
  pricing?: MessagePricing
}

/** What a provider charges for a message, in its own words. */
export interface MessagePricing {
  billable: boolean | null
  /** `marketing`, `utility`, `service`, … */
  category: string | null
  /** How it is counted: `PMP` per message. */
  model: string | null
  /** `regular`, `free_customer_service`, `free_entry_point`. */
  type: string | null
}

/** A message that a person of ours wrote beside the platform, e.g. in the WhatsApp Business app. */
export type MessageEchoedPayload = MessageReceivedPayload

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

/** A contact takes itself off a channel, or comes back, by another way than a word: a link, a complaint. */
export interface ChannelChosenPayload {
  channel: ChannelKind
  /** `link`, `one_click`, `complaint`, … */
  reason: string
}

/** What a contact did with a letter: of a message that we sent, once. */
export const ENGAGEMENT_EVENTS = ['message.opened', 'link.clicked'] as const

export interface EngagementPayload {
  channel: ChannelKind
  messageId: string | null
  effectId: string
  template: string | null
  /** Of a click. */
  url?: string
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

/** What a run that is over began with. */
export interface EndedRun {
  workflowId: string
  versionId: string
  payload: JsonObject
  source?: string
}

/** What a person at the controls asks of one contact's actor. */
export type OperatorDeed =
  | { action: OperatorAction; runId: string | null }
  | { action: 'take' }
  | { action: 'give_back'; to: GiveBackTarget }
  | { action: 'move'; runId: string; nodeId: string }
  /** The same version from its beginning, with what it began with; of a run that is over the actor knows nothing more. */
  | { action: 'restart'; runId: string; ended?: EndedRun }
  | { action: 'set_variable'; runId: string; name: string; value: Json }
  /** Puts a run back where an act took it from: as it was before, while its mark is still the one right after it. */
  | { action: 'undo'; runId: string; eventId: string; before: JsonObject; expected: string }
  /** Of acts on many contacts: a message beside all runs, and tags. */
  | { action: 'say'; command: Command }
  | { action: 'tag'; add: string[]; remove: string[] }

export type OperatorActedPayload = {
  reason: string
  userId: string
  /** Done only while the run is in the state: acts on many contacts are meant for those who are still there. */
  whileIn?: { runId: string; state: string }
} & OperatorDeed

/** What waits for a person hears that the conversation was given back. */
export const HANDOFF_RETURNED = 'handoff.returned'

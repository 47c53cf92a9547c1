// The interface that every outbound connector fills in. A connector knows contracts, never the database.

import type { Command, EffectKind } from '#machines/contracts/effect.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { Egress } from '../egress/egress.ts'

/** A tenant's channel with its secrets opened; lives only as long as one attempt. */
export interface OpenChannel {
  id: string
  tenantId: string
  kind: 'whatsapp' | 'email'
  provider: string
  /** WhatsApp: the phone number id. E-mail: the sender address. */
  address: string
  config: JsonObject
  secrets: Record<string, string>
}

/** A template of the tenant as the provider knows it. */
export interface ProviderTemplate {
  name: string
  language: string
  /** Names of the body's placeholders in order. */
  variables: string[]
}

export interface OutboundEffect {
  id: string
  tenantId: string
  contactId: string
  command: Command
  /** Recipient: E.164 for WhatsApp, an address for e-mail. */
  to: string
  channel: OpenChannel
  template: ProviderTemplate | null
}

export type Outcome =
  /** The provider took it. Guarantee I5. */
  | { type: 'accepted'; providerMessageId: string | null; output: Json }
  /** Surely not taken, worth another try. */
  | { type: 'retry'; error: EffectError; retryAfterMs?: number }
  /** Surely not taken, and trying again would not help. */
  | { type: 'failed'; error: EffectError }
  /** Nobody knows: the request left and no answer came. Guarantee I6. */
  | { type: 'uncertain'; error: EffectError }

export interface PerformContext {
  egress: Egress
  /** Aborts the attempt, e.g. at its time limit or at shutdown. */
  signal: AbortSignal
}

export interface OutboundConnector {
  kinds: readonly EffectKind[]
  /** Left out: its effects go to the contact's address over a channel of the tenant. */
  needsChannel?: true
  /** Performs one effect once; never throws for what a provider may answer. */
  perform(effect: OutboundEffect, context: PerformContext): Promise<Outcome>
}

/** An effect that concerns a contact and goes elsewhere. */
export type DirectEffect = Pick<OutboundEffect, 'id' | 'tenantId' | 'contactId' | 'command'>

/** A connector whose effects need neither a channel of the tenant nor an address of the contact. */
export interface DirectConnector {
  kinds: readonly EffectKind[]
  needsChannel: false
  /** Performs one effect once; never throws for what the other side may answer. */
  perform(effect: DirectEffect, context: PerformContext): Promise<Outcome>
}

export type Connector = OutboundConnector | DirectConnector

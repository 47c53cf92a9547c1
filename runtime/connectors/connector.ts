// The interface that every connector fills in: who it is, what its channels need, what it sends, what it hears. A
// connector knows contracts, never the database.

import type { ChannelKind } from '#machines/contracts/channel.ts'
import type { HealthChange } from '#machines/contracts/channel-health.ts'
import type { Command, EffectKind } from '#machines/contracts/effect.ts'
import type { EffectError } from '#machines/contracts/event.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import type { TemplateContent } from '#machines/contracts/whatsapp-template.ts'
import type { z } from 'zod'
import type { Egress } from '../egress/egress.ts'
import type { Arrival } from './arrival.ts'
import type { FileKeeper } from './file-keeper.ts'

/** A tenant's channel with its secrets opened; lives only as long as one attempt. */
export interface OpenChannel {
  id: string
  tenantId: string
  kind: ChannelKind
  provider: string
  /** WhatsApp: the phone number id. E-mail: the sender address. Else what the connector's form says. */
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
  /** As the provider says it, `APPROVED`; left out: nothing is known. */
  status?: string
  /** What it says, where that is known. */
  content?: TemplateContent | null
}

export interface OutboundEffect {
  id: string
  tenantId: string
  contactId: string
  command: Command
  /** Recipient: E.164 for WhatsApp, an address for e-mail, else how the channel names the contact. */
  to: string
  channel: OpenChannel
  template: ProviderTemplate | null
  /** The provider's id of the contact's last message on this channel, where the command speaks of it. */
  lastMessageId?: string | null
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
  /** The tenant's files; left out: there are none. */
  media?: MediaShelf
}

/** A file of a tenant's. */
export interface TenantFile {
  bytes: Buffer
  mime: string
  filename: string | null
}

/** Files of tenants, and what providers call those that were uploaded to them. */
export interface MediaShelf {
  /** @returns null for a file that the tenant does not have (any more) */
  read(tenantId: string, mediaId: string): Promise<TenantFile | null>
  /** The provider's id, while it is good; null where it has to be uploaded. */
  findUpload(channel: OpenChannel, mediaId: string): Promise<string | null>
  keepUpload(channel: OpenChannel, mediaId: string, providerId: string): Promise<void>
  /** The provider does not know it any more. */
  forgetUpload(channel: OpenChannel, mediaId: string): Promise<void>
}

export interface OutboundConnector {
  kinds: readonly EffectKind[]
  /** Channel whose plain texts it sends: `message.send_text` on that channel comes to it. */
  channel?: ChannelKind
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

export type Outbound = OutboundConnector | DirectConnector

/** A webhook as it came over HTTP. */
export interface InboundRequest {
  method: 'GET' | 'POST'
  /** The untouched bytes: signatures are over them. */
  rawBody: Buffer
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>
  query: Record<string, string | undefined>
}

export interface InboundContext {
  egress: Egress
  now: Date
  /** For files that come with a message; left out: they are named and not kept. */
  files?: FileKeeper
}

/** An address that takes no mail, or whose owner complained of it. */
export interface Suppression {
  /** Lower-case. */
  email: string
  reason: 'hard_bounce' | 'complaint' | 'unsubscribe' | 'manual'
  detail: string
  /** Left out where the provider proved it; else it only counts if this effect of ours wrote to this address. */
  effectId?: string
}

/** What a webhook was found to hold. */
export interface Inbox {
  arrivals: Arrival[]
  /** What was there and makes no arrival, each with its reason: nothing is dropped in silence. */
  ignored: { field: string; reason: string }[]
  /** E-mail addresses that get no more mail. */
  suppressions?: Suppression[]
  /** What the provider wants to hear; left out: 200 with the counts. */
  reply?: { status: number; contentType: string; body: string }
}

/** Hears one provider's webhooks, which come to `/webhooks/<connector>/<channel id>`. */
export interface InboundConnector {
  /** Largest body, in bytes. */
  maxBytes: number
  /**
   * Proves that the provider sent it, by the channel's own secrets.
   * @throws {FluxoError} WEBHOOK_SIGNATURE_INVALID or another of its area for everything that is not proven: it fails closed
   */
  verify(request: InboundRequest, channel: OpenChannel, context: InboundContext): Promise<void>
  /**
   * Reads what is proven; never throws for what a provider may say beside the documented.
   * @throws {FluxoError} WEBHOOK_BODY_INVALID, EVENT_TOO_LARGE
   */
  read(request: InboundRequest, channel: OpenChannel, context: InboundContext): Promise<Inbox>
}

/** Words for people in both languages. */
export interface Words {
  'pt-BR': string
  en: string
}

/** What a form's field says of itself in the registry `FIELDS`. Fields that are not there are not asked for. */
export interface FieldMeta {
  title: Words
  hint?: Words
  /** A secret that the platform makes by itself, e.g. a webhook's. */
  isGenerated?: true
  /** A secret that people copy into the provider's settings: it is shown again to whoever may change the channel. */
  isShown?: true
  /** The secret's field in which its former value stays valid while it is rotated. */
  previous?: string
  /** Several lines, e.g. a key in PEM. */
  isLong?: true
}

/** What a tenant fills in for one channel, from which the settings page is drawn. */
export interface ChannelForm {
  /** Kept in the open: texts, numbers, switches and choices, each with `FieldMeta`. */
  config: z.ZodObject
  /** Kept sealed and never shown again; every field is text, with `FieldMeta`. */
  secrets: z.ZodObject
  /** What names the channel at the provider, e.g. a number's id; unique in the installation. */
  address: { title: Words; hint?: Words; pattern: RegExp }
  /** Finds out whether the provider takes the credentials. @returns how people know the channel, e.g. `@aurora_bot` */
  check?(channel: OpenChannel, context: PerformContext): Promise<ChannelCheck>
  /** Tells the provider where to deliver, when the channel is made and when its secrets change. */
  connect?(
    channel: OpenChannel,
    where: { webhookUrl: string; context: PerformContext },
  ): Promise<{ ok: true } | Extract<ChannelCheck, { ok: false }>>
  /** Where its webhooks come in, where that is not `/webhooks/<connector>/<channel id>`; null: it hears nothing. */
  webhookPath?: string | null
  /** What `OpenChannel.provider` says; left out: the connector's name. */
  providerOf?(config: JsonObject): string
}

export type ChannelCheck =
  | { ok: true; displayAddress: string }
  /** `field` is the one to correct, `config.…` or `secrets.…`. */
  | { ok: false; error: EffectError; field?: string }

/** What a provider said of a channel's health, or why it did not. */
export type HealthAnswer = { ok: true; change: HealthChange } | { ok: false; error: EffectError }

/** All that a connector is: one folder exports it, one line of `all.ts` names it. */
export interface Connector {
  /** The kind of its channels, its part of the webhook's address, its sandbox's name. */
  name: ChannelKind
  title: Words
  /** Left out: it has no channels of its own. */
  channel?: ChannelForm
  outbound: readonly Outbound[]
  inbound?: InboundConnector
  /** Asks how a channel stands; left out: the provider says nothing of it. Never throws for what it may answer. */
  readHealth?(channel: OpenChannel, context: PerformContext): Promise<HealthAnswer>
}

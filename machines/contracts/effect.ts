// Effects: everything a workflow can ask of the world. Names are noun + verb.

import type { ChannelKind } from './channel.ts'
import type { ContactPatch } from './contact.ts'
import { emailContentOf, type EmailOnlyCommand } from './email-command.ts'
import type { Json, JsonObject } from './json.ts'
import {
  type TemplateButtonValue,
  type TemplateHeader,
  type WhatsAppFile,
  whatsAppContentOf,
  type WhatsAppOnlyCommand,
} from './whatsapp-command.ts'
import type { WhatsAppMedia } from './whatsapp-limits.ts'

/** Command as a node makes it; it becomes an effect when it gets its id. */
export type Command =
  | ContactCommand
  | MessageCommand
  | AiCommand
  | WebhookCommand
  | SubflowCommand
  | FetchMediaCommand
  /** JSONata, evaluated on `input`. */
  | { kind: 'transform.json'; expression: string; input: Json }

/** Changes of the contact itself: performed on our own records. */
export type ContactCommand =
  | { kind: 'contact.upsert'; patch: ContactPatch }
  | { kind: 'tag.add' | 'tag.remove'; tags: string[] }
  | { kind: 'crm.create_deal'; deal: Deal }

export interface Deal {
  title: string
  /** In the currency's own unit: `199.9`. */
  value: number | null
  /** ISO 4217. */
  currency: string
  stage: string | null
  fields: JsonObject
}

export type MessageCommand = MessageContent & {
  /** What the contact must have consented to; absent: nothing is checked. */
  purpose?: string
}

type MessageContent =
  /** On any channel that has a connector. */
  | { kind: 'message.send_text'; channel: ChannelKind; text: string }
  | {
      kind: 'whatsapp.send_text'
      text: string
      previewUrl: boolean
      /** The message that it answers: an id of the provider's, or `last` for the contact's last one. */
      replyTo?: string
    }
  | {
      kind: 'whatsapp.send_template'
      template: string
      language: string | null
      vars: Record<string, string>
      header?: TemplateHeader
      buttons?: TemplateButtonValue[]
    }
  | {
      kind: 'whatsapp.send_buttons'
      header: string | null
      body: string
      footer: string | null
      buttons: { id: string; title: string }[]
    }
  | {
      kind: 'whatsapp.send_list'
      header: string | null
      body: string
      footer: string | null
      /** The words on the button that opens the list. */
      button: string
      sections: ListSection[]
    }
  | ({
      kind: 'whatsapp.send_media'
      media: WhatsAppMedia
      caption: string | null
      filename: string | null
    } & WhatsAppFile)
  | WhatsAppOnlyCommand
  | EmailOnlyCommand

export interface ListSection {
  title: string | null
  rows: { id: string; title: string; description: string | null }[]
}

/**
 * Questions to the language model; their answers are results like any other and never asked for again. An answer that
 * does not count fails with AI_LOW_CONFIDENCE, AI_BLOCKED, AI_INVALID, AI_CAP_REACHED or AI_NOT_CONFIGURED, a broken
 * line with any other code.
 */
export type AiCommand =
  /** Result: `{intent, confidence, entities, by}`. */
  | {
      kind: 'ai.classify'
      input: string
      intents: string[]
      minConfidence: number | null
      /** Words that decide where the tenant has no model, by intent. */
      keywords?: Record<string, string[]>
    }
  /** Result: `{reply_text, intent, confidence, entities, cited, needs_person, by}`. */
  | { kind: 'ai.reply'; input: string; instructions: string | null; minConfidence: number | null }
  /** Result: what the JSON schema describes. */
  | { kind: 'ai.extract'; input: string; schema: JsonObject; minConfidence: number | null }

export interface WebhookCommand {
  kind: 'webhook.call'
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, string>
  /** Sent as JSON; null sends no body. */
  body: Json
  timeoutMs: number
}

/** A run of another workflow for the same contact; the contact actor performs it by itself. */
export interface SubflowCommand {
  kind: 'subflow.start'
  workflowId: string
  /** Null: the version that is published at that moment. */
  versionId: string | null
  input: JsonObject
}

/** The bytes of a media message that came: fetched from the provider, checked and kept. It is no message itself. */
export interface FetchMediaCommand {
  kind: 'whatsapp.fetch_media'
  /** The channel that it came by, whose credentials the provider asks for. */
  channelId: string
  /** The message that it belongs to. */
  messageId: string
  /** The provider's own id of it. */
  mediaId: string
  /** Where it lies, if the webhook said so; else the provider is asked. */
  url: string | null
  /** `image`, `video`, `audio`, `document`, `sticker`: decides what may be kept. */
  media: string
  /** What the sender says that it is. */
  mimeType: string | null
  filename: string | null
}

export type EffectKind = Command['kind']

/** A command that was committed to, with an id that is a function of (run, node visit). Guarantee I4. */
export interface Effect {
  id: string
  runId: string
  nodeId: string
  visit: number
  command: Command
}

/** The channel that a command goes over, one at a time per contact and channel; null for what needs none. */
export function messageChannelOf(command: Command): ChannelKind | null {
  if (command.kind === 'whatsapp.fetch_media') return null
  if (command.kind === 'message.send_text') return command.channel
  if (command.kind.startsWith('whatsapp.')) return 'whatsapp'
  return command.kind.startsWith('email.') ? 'email' : null
}

/** True for kinds that put something before the contact's eyes. */
export function isMessageKind(kind: EffectKind): boolean {
  return /^(message|whatsapp|email)\./.test(kind) && kind !== 'whatsapp.fetch_media'
}

/** Content of an outgoing message as it is kept (the seed's `content_json`). */
export function messageContentOf(command: Command): JsonObject | null {
  switch (command.kind) {
    case 'message.send_text':
    case 'whatsapp.send_text':
      return { type: 'text', text: command.text }
    case 'email.send_template':
    case 'email.send_text':
      return emailContentOf(command)
    case 'whatsapp.send_template': {
      const { template: name, language, vars } = command
      return { type: 'template', name, language, vars }
    }
    case 'whatsapp.send_buttons': {
      const { header, body: text, footer, buttons } = command
      return { type: 'buttons', text, header, footer, buttons }
    }
    case 'whatsapp.send_list': {
      const { header, body: text, footer, button, sections } = command
      return { type: 'list', text, header, footer, button, sections: sections.map(plainSection) }
    }
    case 'whatsapp.send_media': {
      const { media: type, link, mediaId, caption, filename } = command
      const file = mediaId === undefined ? { link } : { link, mediaId }
      return { type, text: caption ?? '', ...file, filename }
    }
    default:
      return whatsAppContentOf(command as WhatsAppOnlyCommand)
  }
}

function plainSection({ title, rows }: ListSection): JsonObject {
  return { title, rows }
}

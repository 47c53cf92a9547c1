// Effects: everything a workflow can ask of the world. Names are noun + verb.

import type { ContactPatch } from './contact.ts'
import type { Json, JsonObject } from './json.ts'
import type { WhatsAppMedia } from './whatsapp-limits.ts'

/** Command as a node makes it; it becomes an effect when it gets its id. */
export type Command =
  | ContactCommand
  | MessageCommand
  | AiCommand
  | WebhookCommand
  | SubflowCommand
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
  | { kind: 'whatsapp.send_text'; text: string; previewUrl: boolean }
  | {
      kind: 'whatsapp.send_template'
      template: string
      language: string | null
      vars: Record<string, string>
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
  | {
      kind: 'whatsapp.send_media'
      media: WhatsAppMedia
      /** Where the provider fetches it from. */
      link: string
      caption: string | null
      filename: string | null
    }
  | {
      kind: 'email.send_template'
      template: string
      language: string | null
      vars: Record<string, string>
    }

export interface ListSection {
  title: string | null
  rows: { id: string; title: string; description: string | null }[]
}

/**
 * Questions to the language model; their answers are results like any other and never asked for again. An answer that
 * does not count fails with AI_LOW_CONFIDENCE, AI_BLOCKED or AI_INVALID, a broken line with any other code.
 */
export type AiCommand =
  /** Result: `{intent, confidence, entities}`. */
  | { kind: 'ai.classify'; input: string; intents: string[]; minConfidence: number | null }
  /** Result: `{reply_text, intent, confidence}`. */
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

export type EffectKind = Command['kind']

/** A command that was committed to, with an id that is a function of (run, node visit). Guarantee I4. */
export interface Effect {
  id: string
  runId: string
  nodeId: string
  visit: number
  command: Command
}

/** Effects that put a message on a channel, one at a time per contact and channel. */
export function messageChannelOf(kind: EffectKind): 'whatsapp' | 'email' | null {
  if (kind.startsWith('whatsapp.')) return 'whatsapp'
  return kind.startsWith('email.') ? 'email' : null
}

/** Content of an outgoing message as it is kept (the seed's `content_json`). */
export function messageContentOf(command: Command): JsonObject | null {
  switch (command.kind) {
    case 'whatsapp.send_text':
      return { type: 'text', text: command.text }
    case 'whatsapp.send_template':
    case 'email.send_template': {
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
      const { media: type, link, caption, filename } = command
      return { type, text: caption ?? '', link, filename }
    }
    default:
      return null
  }
}

function plainSection({ title, rows }: ListSection): JsonObject {
  return { title, rows }
}

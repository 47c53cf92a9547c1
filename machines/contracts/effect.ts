// Effects: everything a workflow can ask of the world. Names are noun + verb.

import type { ContactPatch } from './contact.ts'
import type { JsonObject } from './json.ts'

/** Command as a node makes it; it becomes an effect when it gets its id. */
export type Command =
  | { kind: 'contact.upsert'; patch: ContactPatch }
  | { kind: 'whatsapp.send_text'; text: string; previewUrl: boolean }
  | {
      kind: 'whatsapp.send_template'
      template: string
      language: string | null
      vars: Record<string, string>
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
  return kind.startsWith('whatsapp.') ? 'whatsapp' : null
}

/** Content of an outgoing message as it is kept (the seed's `content_json`). */
export function messageContentOf(command: Command): JsonObject | null {
  switch (command.kind) {
    case 'whatsapp.send_text':
      return { type: 'text', text: command.text }
    case 'whatsapp.send_template':
      return {
        type: 'template',
        name: command.template,
        language: command.language,
        vars: command.vars,
      }
    case 'contact.upsert':
      return null
  }
}

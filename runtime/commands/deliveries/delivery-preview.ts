// What an effect or an event is about, in one line for people.

import { type Command, messageContentOf } from '#machines/contracts/effect.ts'
import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import { messageText } from '../contacts/message-text.ts'

const MAX_PREVIEW = 300

/** @param command as it is stored: an old one may lack a field */
export function commandPreview(command: Command): string {
  // A template with an empty value leaves a loose end.
  return shorten(wordsOf(command).replace(/( · )+$/, ''))
}

function wordsOf(command: Command): string {
  const content = messageContentOf(command)
  if (content) return messageText(content, null)
  switch (command.kind) {
    case 'webhook.call':
      return `${command.method} ${command.url}`
    case 'tag.add':
    case 'tag.remove':
      return command.tags.join(' · ')
    case 'crm.create_deal':
      return command.deal.title
    case 'ai.classify':
    case 'ai.reply':
    case 'ai.extract':
      return command.input
    case 'transform.json':
      return command.expression
    case 'contact.upsert': {
      const { fields = {}, tags, consents: _consents, ...known } = command.patch
      return [...Object.values(known), ...(tags ?? []), ...Object.keys(fields)].join(' · ')
    }
    default:
      return command.kind
  }
}

/** The words of a message, else the names of what the event carries. */
export function payloadPreview(payload: Json): string {
  if (!isJsonObject(payload)) return ''
  const { text } = payload
  if (typeof text === 'string' && text !== '') return shorten(text)
  const known = Object.entries(payload).flatMap(([name, value]) =>
    value === null || typeof value === 'object' ? [] : [`${name}: ${value}`],
  )
  return shorten(known.join(' · '))
}

function shorten(text: string): string {
  return text.length > MAX_PREVIEW ? `${text.slice(0, MAX_PREVIEW - 1)}…` : text
}

// What a command puts on a channel, as a person reads it in the transcript.

import { type Command, messageChannelOf } from '../contracts/effect.ts'
import { isJsonObject, type Json } from '../contracts/json.ts'
import { textOf } from '../expression/value.ts'

/** The words of an outgoing message, or null for a command that sends none. */
export function outgoingText(command: Command): { channel: string; text: string } | null {
  const channel = messageChannelOf(command)
  if (channel === null || command.kind === 'whatsapp.mark_read') return null
  return { channel, text: wordsOf(command as unknown as Record<string, Json>) }
}

function wordsOf(command: Record<string, Json>): string {
  const { template, vars } = command
  if (typeof template === 'string') {
    const values = isJsonObject(vars) ? Object.values(vars).map(textOf) : []
    return [`[${template}]`, ...values].join(' · ')
  }
  const words = ['header', 'text', 'body', 'caption', 'emoji', 'footer'].map((key) => command[key])
  const lists = ['buttons', 'rows', 'options', 'sections', 'cards']
  const options = lists.map((key) => command[key])
  return [...words, ...options.flatMap(titlesIn)]
    .filter((word): word is string => typeof word === 'string' && word !== '')
    .join(' · ')
}

/** Titles of buttons and rows, however deep the kind nests them. */
function titlesIn(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(titlesIn)
  if (!isJsonObject(value)) return []
  const { title } = value
  const nested = Object.values(value).filter(Array.isArray).flatMap(titlesIn)
  return typeof title === 'string' ? [title, ...nested] : nested
}

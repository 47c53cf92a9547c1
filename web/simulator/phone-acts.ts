// What a person does on the simulated phone, as acts. Pure.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { PhoneWords } from '../api/sandbox.ts'
import type { PhoneChoice, PhoneMessage } from '../sandbox/phone-message.ts'
import type { Act } from './acts.ts'
import { PLACE_CHOICE } from './command-message.ts'

const PAULISTA = { latitude: -23.5614, longitude: -46.6559 }

/** What the composer hands over: words, a file, a place. The bytes of a file are not needed. */
export function actOfWords(words: PhoneWords, channel: string): Act {
  if ('text' in words) return { do: 'say', text: words.text, channel }
  const { message, file } = words
  const media = wordsOf(message['type'])
  const content = objectOf(message[media])
  if (media === 'location') {
    return { do: 'send place', ...PAULISTA, name: wordsOf(content['name']) }
  }
  return {
    do: 'attach',
    media,
    filename: file?.filename ?? null,
    mimeType: file?.mimeType ?? 'application/octet-stream',
    caption: wordsOf(content['caption']),
  }
}

/** A tap on one of the choices of a message. */
export function actOfTap(message: PhoneMessage, choice: PhoneChoice, place: string): Act {
  if (choice.id === PLACE_CHOICE) return { do: 'send place', ...PAULISTA, name: place }
  const { id, title, description } = choice
  if (message.kind === 'template') return { do: 'tap', kind: 'button', id, title, description }
  const kind = message.kind === 'list' ? 'list_reply' : 'button_reply'
  return { do: 'tap', kind, id, title, description }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function wordsOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

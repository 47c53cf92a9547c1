// What stands on the phone: a message of the business out of what it asked the provider to send, with what can be tapped.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

export interface PhoneChoice {
  id: string
  title: string
  description: string | null
}

export interface PhoneMessage {
  kind: string
  header: string | null
  text: string
  footer: string | null
  /** Tapped at once. */
  buttons: PhoneChoice[]
  /** Opened by a button of its own. */
  list: { button: string; sections: { title: string | null; rows: PhoneChoice[] }[] } | null
  /** A button that leads to a page. */
  link: { title: string; url: string } | null
  /** Name or address of a file. */
  file: string | null
}

const MEDIA: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'document', 'sticker'])

/** @param body of the request to send; `text` the words as a person reads them, for what has no words of its own */
export function readPhoneMessage({
  body,
  text,
  kind,
}: {
  body: Json
  text: string
  kind: string | null
}): PhoneMessage {
  const given = objectOf(body)
  const type = kind ?? textIn(given, 'type') ?? 'text'
  const content = objectOf(given[type])
  const message = plainMessage(type, wordsOf(text))
  if (type === 'interactive') return { ...message, ...readInteractive(content) }
  if (type === 'template') return { ...message, buttons: templateButtons(content) }
  if (type === 'location') {
    const place = [textIn(content, 'name'), textIn(content, 'address')].filter(Boolean)
    return { ...message, text: place.join(', ') }
  }
  if (type === 'reaction') return { ...message, text: textIn(content, 'emoji') ?? '' }
  if (!MEDIA.has(type)) return message
  const file = textIn(content, 'filename') ?? textIn(content, 'link') ?? textIn(content, 'id')
  return { ...message, text: textIn(content, 'caption') ?? '', file }
}

/** A message of words alone, to which a kind may add what it has more. */
export function plainMessage(kind: string, text: string): PhoneMessage {
  return { ...NOTHING, kind, text }
}

const NOTHING = { header: null, footer: null, buttons: [], list: null, link: null, file: null }

/** The stand-in names what has no words by its kind. */
function wordsOf(text: string): string {
  return /^\[\w+\]$/.test(text) ? '' : text
}

function readInteractive(content: JsonObject): Partial<PhoneMessage> {
  const action = objectOf(content['action'])
  const header = objectOf(content['header'])
  const words = {
    kind: textIn(content, 'type') ?? 'interactive',
    header: textIn(header, 'text'),
    text: textIn(objectOf(content['body']), 'text') ?? '',
    footer: textIn(objectOf(content['footer']), 'text'),
  }
  switch (content['type']) {
    case 'button':
      return { ...words, buttons: listOf(action['buttons']).map((one) => choiceOf(one['reply'])) }
    case 'list':
      return {
        ...words,
        list: { button: textIn(action, 'button') ?? '', sections: sectionsOf(action) },
      }
    case 'cta_url': {
      const parameters = objectOf(action['parameters'])
      const url = textIn(parameters, 'url') ?? ''
      return { ...words, link: { title: textIn(parameters, 'display_text') ?? url, url } }
    }
    default:
      return words
  }
}

function sectionsOf(action: JsonObject) {
  return listOf(action['sections']).map((section) => ({
    title: textIn(section, 'title'),
    rows: listOf(section['rows']).map(choiceOf),
  }))
}

/** Quick replies of a template, by what they send back. */
function templateButtons(content: JsonObject): PhoneChoice[] {
  return listOf(content['components'])
    .filter((part) => part['type'] === 'button' && part['sub_type'] === 'quick_reply')
    .map((part) => {
      const payload = textIn(objectOf(listOf(part['parameters'])[0]), 'payload') ?? ''
      return { id: payload, title: payload, description: null }
    })
}

function choiceOf(given: Json | undefined): PhoneChoice {
  const one = objectOf(given)
  return {
    id: textIn(one, 'id') ?? '',
    title: textIn(one, 'title') ?? '',
    description: textIn(one, 'description'),
  }
}

/** The message with which a phone answers a tap. */
export function tapOf(
  message: Pick<PhoneMessage, 'kind'>,
  choice: PhoneChoice,
  wamid: string,
): JsonObject {
  const context = { id: wamid }
  if (message.kind === 'template')
    return { type: 'button', button: { payload: choice.id, text: choice.title }, context }
  const { id, title, description } = choice
  const reply = { id, title, ...(description !== null && { description }) }
  const type = message.kind === 'list' ? 'list_reply' : 'button_reply'
  return { type: 'interactive', interactive: { type, [type]: reply }, context }
}

/** The kind of message that a file goes as. */
export function kindOfFile(mimeType: string): 'image' | 'audio' | 'video' | 'document' {
  const [area = ''] = mimeType.split('/')
  return area === 'image' || area === 'audio' || area === 'video' ? area : 'document'
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function textIn(object: JsonObject, key: string): string | null {
  const value = object[key]
  return typeof value === 'string' && value !== '' ? value : null
}

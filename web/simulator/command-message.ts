// What a command puts on the phone or into the mailbox, as the contact sees it. Pure.

import type { Command } from '#machines/contracts/effect.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { type PhoneChoice, type PhoneMessage, plainMessage } from '../sandbox/phone-message.ts'
import { textOf } from './plain-text.ts'

export interface Letter {
  subject: string
  text: string
  attachments: string[]
}

/** Id of the button with which the contact answers a request for its location. */
export const PLACE_CHOICE = '$place'

/** The message as it stands on the phone; null for commands that put nothing there. */
export function phoneMessageOf(given: JsonObject): PhoneMessage | null {
  const command = given as unknown as Command
  switch (command.kind) {
    case 'message.send_text':
    case 'whatsapp.send_text':
      return plainMessage('text', command.text)
    case 'whatsapp.send_template':
      return {
        ...plainMessage('template', `[${command.template}]`),
        footer: Object.values(command.vars).map(textOf).join(' · ') || null,
        header: command.header?.type === 'text' ? command.header.text : null,
        buttons: (command.buttons ?? []).flatMap((button) =>
          button.type === 'quick_reply' ? [choice(button.payload, button.payload)] : [],
        ),
      }
    case 'whatsapp.send_buttons': {
      const { header, body, footer, buttons } = command
      const choices = buttons.map(({ id, title }) => choice(id, title))
      return { ...plainMessage('button', body), header, footer, buttons: choices }
    }
    case 'whatsapp.send_list': {
      const { header, body, footer, button, sections } = command
      return { ...plainMessage('list', body), header, footer, list: { button, sections } }
    }
    case 'whatsapp.send_media': {
      const { media, caption, filename, link } = command
      return { ...plainMessage(media, caption ?? ''), file: filename ?? link }
    }
    default:
      return specialMessageOf(command)
  }
}

function specialMessageOf(command: Command): PhoneMessage | null {
  switch (command.kind) {
    case 'whatsapp.send_cta_url': {
      const { header, body, footer, button, url } = command
      return { ...plainMessage('cta_url', body), header, footer, link: { title: button, url } }
    }
    case 'whatsapp.request_location':
      return { ...plainMessage('text', command.body), buttons: [choice(PLACE_CHOICE, '')] }
    case 'whatsapp.send_carousel': {
      const cards = command.cards.map(({ body, url }) =>
        [body, url?.text].filter(Boolean).join(' · '),
      )
      const replies = command.cards.flatMap((card) => card.replies)
      return {
        ...plainMessage('carousel', [command.body, ...cards].join('\n')),
        buttons: replies.map(({ id, title }) => choice(id, title)),
      }
    }
    case 'whatsapp.send_reaction':
      return plainMessage('reaction', command.emoji)
    case 'whatsapp.send_contacts':
      return plainMessage('contacts', command.contacts.map(({ name }) => name).join(', '))
    default:
      return null
  }
}

/** The letter that a command sends; null for all others. */
export function letterOf(given: JsonObject): Letter | null {
  const command = given as unknown as Command
  if (command.kind !== 'email.send_text' && command.kind !== 'email.send_template') return null
  const attachments = (command.attachments ?? []).map(
    ({ name, link, mediaId }) => name ?? link ?? mediaId ?? '',
  )
  if (command.kind === 'email.send_text') {
    return { subject: command.subject, text: command.text, attachments }
  }
  const { template, subject = '', vars } = command
  const values = Object.entries(vars).map(([name, value]) => `${name}: ${value}`)
  return { subject, text: [`[${template}]`, ...values].join('\n'), attachments }
}

/** A message that the contact sent, out of the payload by which it came. */
export function phoneMessageFrom(payload: JsonObject): PhoneMessage {
  const { kind, text, content } = payload
  const told = isJsonObject(content) ? content : {}
  const named = text === '' && typeof told['name'] === 'string' ? told['name'] : text
  const kindOf = typeof kind === 'string' && !TAPS.has(kind) ? kind : 'text'
  return { ...plainMessage(kindOf, wordsOf(named)), file: wordsOf(told['filename']) || null }
}

/** A tap stands there as the words that were tapped. */
const TAPS: ReadonlySet<string> = new Set(['button', 'button_reply', 'list_reply'])

function wordsOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function choice(id: string, title: string): PhoneChoice {
  return { id, title, description: null }
}
